//! Bad input gets 4xx and a word of explanation, never 500; and it leaves nothing.

use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

use crate::common::{Client, TestShop, answer};

/// What a request is answered with: the status and the message.
async fn told(client: &Client, method: Method, path: &str, body: Option<&str>) -> (u16, String) {
    let mut request = client.request(method, path);
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_owned());
    }
    message(request).await
}

async fn message(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = answer(request.send().await.unwrap()).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let error = answer.body["error"].as_str();
    (
        answer.status,
        error
            .unwrap_or_else(|| panic!("{}", answer.body))
            .to_owned(),
    )
}

pub async fn bad_input_is_told_what_is_wrong(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    let product = ann.product("Cup", 100).await;
    let before = ann.get("/changesets?limit=100").await.expect(200);

    let mut wrong = Vec::new();
    let gets = [
        ("/changesets?after=xyz", 400, "after: UUID parsing failed"),
        ("/changesets?limit=abc", 400, "limit: invalid digit"),
        ("/changesets?limit=-1", 400, "limit: invalid digit"),
        (
            "/changesets?limit=0",
            400,
            "`limit` is 0: send a number from 1 to 100",
        ),
        (
            "/changesets?limit=18446744073709551615",
            400,
            "send a number from 1 to 100",
        ),
        (
            "/changesets?limit=99999999999999999999",
            400,
            "limit: number too large",
        ),
        (
            "/changesets?entity=nothing",
            400,
            "`entity` is `nothing`: send one of customer, product, tag,",
        ),
        (
            "/changesets?entity=changeset",
            400,
            "`entity` is `changeset`: send one of",
        ),
        (
            "/changesets?entity=product&key=abc",
            400,
            "`key` is `abc`, which is no key of `product`: send one such as 7",
        ),
        (
            "/changesets?entity=product_tag&key=[1]",
            400,
            "no key of `product_tag`: send one such as [7,2]",
        ),
        ("/changesets?key=1", 400, "`key` needs an `entity`"),
        (
            "/changesets?since=yesterday",
            400,
            "`yesterday` is no time such as",
        ),
        ("/changesets?since=%2B99999-01-01T00:00:00Z", 400, "since: "),
        (
            "/changesets?until=0000-01-01T00:00:00Z",
            400,
            "is too far away",
        ),
        ("/changesets?actor=%00", 400, "control characters"),
        ("/changesets?actor=%ff%fe", 404, ""),
        (
            "/changesets?actor=a&actor=b",
            400,
            "duplicate field `actor`",
        ),
        ("/changesets?actr=a", 400, "unknown field `actr`"),
        ("/changesets/7", 400, "UUID parsing failed"),
        (
            "/changesets/00000000-0000-0000-0000-000000000000",
            404,
            "there is no changeset 0000",
        ),
        (
            "/products/abc/history",
            400,
            "Cannot parse `abc` to a `i32`",
        ),
        ("/products/99999999999/history", 400, "Cannot parse"),
        ("/products/999/history", 404, "there is no product 999"),
        ("/products/1/history?after=1.5", 400, "after: invalid digit"),
        ("/products/1/history?limit=101", 400, "`limit` is 101"),
        ("/products?after=first", 400, "after: invalid digit"),
        ("/products/999", 404, "there is no product 999"),
        ("/orders/999", 404, "there is no order 999 of yours"),
        ("/nowhere", 404, "there is no `/nowhere`: see /openapi.json"),
    ];
    for (path, status, message) in gets {
        if status == 404 && message.is_empty() {
            // Bytes that are no UTF-8 are read as replacement characters: an actor like any other.
            assert_eq!(ann.get(path).await.expect(200)["items"], json!([]));
            continue;
        }
        let told = told(&ann, Method::GET, path, None).await;
        wrong.extend(
            (told.0 != status || !told.1.contains(message)).then(|| format!("{path}: {told:?}")),
        );
    }

    let tag = format!("/products/{product}/tags/%00");
    let long = format!("/products/{product}/tags/{}", "x".repeat(41));
    let one = format!("/products/{product}");
    let many = format!(r#"{{"name":"{}","price_cents":1}}"#, "x".repeat(3_000_000));
    let twice = format!(
        r#"{{"lines":[{{"product":{product},"quantity":1}},{{"product":{product},"quantity":2}}]}}"#
    );
    let writes = [
        (
            Method::POST,
            "/products",
            Some("{"),
            400,
            "EOF while parsing",
        ),
        (
            Method::POST,
            "/products",
            Some("[]"),
            422,
            "invalid length 0",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":"x"}"#),
            422,
            "missing field `price_cents`",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":"x","price_cents":"1"}"#),
            422,
            "price_cents: invalid type",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":"x","price_cents":1,"id":7}"#),
            422,
            "unknown field `id`",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":"a\u0000b","price_cents":1}"#),
            422,
            "control characters",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":" ","price_cents":1}"#),
            422,
            "a text is empty",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":"x","price_cents":-1}"#),
            400,
            "`price_cents` is -1",
        ),
        (
            Method::POST,
            "/products",
            Some(r#"{"name":"x","price_cents":9223372036854775807}"#),
            400,
            "`price_cents` is",
        ),
        (
            Method::POST,
            "/products",
            Some(&many),
            413,
            "length limit exceeded",
        ),
        (
            Method::POST,
            "/products",
            None,
            415,
            "Content-Type: application/json",
        ),
        (
            Method::PATCH,
            &one,
            Some(r#"{"stock":3000000000}"#),
            422,
            "stock: invalid value",
        ),
        (
            Method::PATCH,
            "/products/999",
            Some("{}"),
            404,
            "there is no product 999",
        ),
        (
            Method::PUT,
            "/products/1",
            Some("{}"),
            405,
            "`/products/1` does not know PUT",
        ),
        (
            Method::DELETE,
            "/products/999",
            None,
            404,
            "there is no product 999",
        ),
        (Method::PUT, &tag, None, 400, "control characters"),
        (
            Method::PUT,
            &long,
            None,
            400,
            "a text has 41 characters: send at most 40",
        ),
        (
            Method::POST,
            "/prices",
            Some(r#"{"percent":0}"#),
            400,
            "`percent` is 0",
        ),
        (
            Method::POST,
            "/prices",
            Some(r#"{"percent":-100}"#),
            400,
            "`percent` is -100",
        ),
        (
            Method::POST,
            "/orders",
            Some(r#"{"lines":[]}"#),
            400,
            "the order has 0 lines",
        ),
        (
            Method::POST,
            "/orders",
            Some(r#"{"lines":[{"product":999,"quantity":1}]}"#),
            404,
            "there is no product 999",
        ),
        (
            Method::POST,
            "/orders",
            Some(r#"{"lines":[{"product":1,"quantity":-1}]}"#),
            400,
            "`quantity` is -1",
        ),
        (
            Method::POST,
            "/orders",
            Some(&twice),
            400,
            "is in two lines",
        ),
        (
            Method::POST,
            "/login",
            Some(r#"{"email":"a\u0000","password":"x"}"#),
            422,
            "control characters",
        ),
        (
            Method::POST,
            "/customers",
            Some(r#"{"email":"ann@example.org","name":"Ann","password":"x"}"#),
            409,
            "has this name already",
        ),
    ];
    for (method, path, body, status, message) in writes {
        let told = told(&ann, method.clone(), path, body).await;
        wrong.extend(
            (told.0 != status || !told.1.contains(message))
                .then(|| format!("{method} {path}: {told:?}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(ann.get("/changesets?limit=100").await.expect(200), before);
}

pub async fn hostile_headers_are_told_what_is_wrong(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    let before = ann.get("/changesets?limit=100").await.expect(200);
    let large = "x".repeat(1024 * 1024);
    let id = "x".repeat(129);
    let headers: [(&str, &[u8], u16, &str); 7] = [
        ("user-agent", large.as_bytes(), 431, "send at most 16384"),
        (
            "user-agent",
            &large.as_bytes()[..17_000],
            431,
            "send at most 16384",
        ),
        (
            "x-anything",
            &large.as_bytes()[..500_000],
            431,
            "send at most 16384",
        ),
        (
            "user-agent",
            b"\xff\xfe",
            400,
            "header `user-agent` has characters other than visible ASCII",
        ),
        (
            "x-tenant",
            "n\u{f6}rd".as_bytes(),
            400,
            "header `x-tenant` has characters",
        ),
        (
            "x-request-id",
            id.as_bytes(),
            400,
            "header `x-request-id` has 129 characters: send 1 to 128",
        ),
        (
            "x-request-id",
            b"",
            400,
            "header `x-request-id` has 0 characters",
        ),
    ];
    for (name, value, status, text) in headers {
        let request = ann
            .request(Method::POST, "/products")
            .header(name, HeaderValue::from_bytes(value).unwrap())
            .json(&json!({"name": "Cup", "price_cents": 1}));
        let told = message(request).await;
        assert!(
            told.0 == status && told.1.contains(text),
            "{name}: {told:?}"
        );
    }
    assert_eq!(ann.get("/changesets?limit=100").await.expect(200), before);
    // What is let in is bounded: a long tenant is kept, and the header row holds it.
    let tenant = "t".repeat(15_000);
    let request = ann
        .request(Method::POST, "/products")
        .header("x-tenant", &tenant)
        .json(&json!({"name": "Cup", "price_cents": 1}));
    let response = answer(request.send().await.unwrap()).await;
    let path = format!("/changesets/{}", response.header("x-changeset"));
    response.expect(201);
    let context: Value = ann.get(&path).await.expect(200)["context"].clone();
    assert!(
        context.to_string().len() <= 16 * 1024,
        "the context is bounded"
    );
}
