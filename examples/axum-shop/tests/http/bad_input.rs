//! Bad input gets 4xx and a word of explanation, never 500; and it leaves nothing.

use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

use crate::common::{Client, TestShop, answer};

/// Status, path, and a part of the message.
const READS: &str = "
400 /changesets?after=xyz                           | after: UUID parsing failed
400 /changesets?limit=abc                           | limit: invalid digit
400 /changesets?limit=-1                            | limit: invalid digit
400 /changesets?limit=0                             | `limit` is 0: send a number from 1 to 100
400 /changesets?limit=18446744073709551615          | send a number from 1 to 100
400 /changesets?limit=99999999999999999999          | limit: number too large
400 /changesets?entity=nothing                      | `entity` is `nothing`: send one of customer, product, tag
400 /changesets?entity=changeset                    | `entity` is `changeset`: send one of
400 /changesets?entity=product&key=abc              | `key` is `abc`, which is no key of `product`: send one such as 7
400 /changesets?entity=product_tag&key=[1]          | no key of `product_tag`: send one such as [7,2]
400 /changesets?key=1                               | `key` needs an `entity`
400 /changesets?since=yesterday                     | `yesterday` is no time such as
400 /changesets?since=%2B99999-01-01T00:00:00Z      | is no time such as
400 /changesets?until=0000-01-01T00:00:00Z          | is too far away
400 /changesets?actor=%00                           | control characters
400 /changesets?actor=a&actor=b                     | duplicate field `actor`
400 /changesets?actr=a                              | unknown field `actr`
400 /changesets/7                                   | UUID parsing failed
404 /changesets/00000000-0000-0000-0000-00000000000a | there is no changeset 0000
400 /products/abc/history                           | Cannot parse `abc` to a `i32`
400 /products/99999999999/history                   | Cannot parse `99999999999` to a `i32`
404 /products/999/history                           | there is no product 999
400 /products/1/history?after=1.5                   | after: invalid digit
400 /products/1/history?limit=101                   | `limit` is 101
400 /products?after=first                           | after: invalid digit
404 /products/999                                   | there is no product 999
404 /orders/999                                     | there is no order 999 of yours
404 /nowhere                                        | there is no `/nowhere`: see /openapi.json
";

/// Status, method, path, body, and a part of the message. Product 1 is there.
const WRITES: &str = r#"
400 POST   /products         | {                                        | EOF while parsing
422 POST   /products         | []                                       | invalid length 0
422 POST   /products         | {"name":"x"}                             | missing field `price_cents`
422 POST   /products         | {"name":"x","price_cents":"1"}           | price_cents: invalid type
422 POST   /products         | {"name":"x","price_cents":1,"id":7}      | unknown field `id`
422 POST   /products         | {"name":"a\u0000b","price_cents":1}      | control characters
422 POST   /products         | {"name":" ","price_cents":1}             | a text is empty
400 POST   /products         | {"name":"x","price_cents":-1}            | `price_cents` is -1
400 POST   /products         | {"name":"x","price_cents":9223372036854775807} | `price_cents` is 92
413 POST   /products         | {"name":"<3 MB>","price_cents":1}        | length limit exceeded
415 POST   /products         |                                          | Content-Type: application/json
422 PATCH  /products/1       | {"stock":3000000000}                     | stock: invalid value
404 PATCH  /products/999     | {}                                       | there is no product 999
405 PUT    /products/1       | {}                                       | `/products/1` does not know PUT
404 DELETE /products/999     |                                          | there is no product 999
400 PUT    /products/1/tags/%00 |                                       | control characters
400 PUT    /products/1/tags/<long> |                                    | a text has 41 characters: send at most 40
400 POST   /prices           | {"percent":0}                            | `percent` is 0
400 POST   /prices           | {"percent":-100}                         | `percent` is -100
400 POST   /orders           | {"lines":[]}                             | the order has 0 lines
404 POST   /orders           | {"lines":[{"product":999,"quantity":1}]} | there is no product 999
400 POST   /orders           | {"lines":[{"product":1,"quantity":-1}]}  | `quantity` is -1
400 POST   /orders           | {"lines":[{"product":1,"quantity":1},{"product":1,"quantity":2}]} | product 1 is in two lines
422 POST   /login            | {"email":"a\u0000","password":"x"}       | control characters
409 POST   /customers        | {"email":"ann@example.org","name":"Ann","password":"x"} | has this name already
"#;

/// The status and the message.
async fn told(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = answer(request.send().await.unwrap()).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let error = answer.body["error"].as_str();
    let error = error.unwrap_or_else(|| panic!("{}", answer.body));
    (answer.status, error.to_owned())
}

/// A line of the lists above, asked.
async fn asked(client: &Client, line: &str) -> (u16, String) {
    let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let words: Vec<&str> = parts[0].split_whitespace().collect();
    let [_, method, path] = words[..] else {
        return told(client.request(Method::GET, words[1])).await;
    };
    let path = path.replace("<long>", &"x".repeat(41));
    let mut request = client.request(method.parse().unwrap(), &path);
    if !parts[1].is_empty() {
        let body = parts[1].replace("<3 MB>", &"x".repeat(3_000_000));
        request = request
            .header("content-type", "application/json")
            .body(body);
    }
    told(request).await
}

pub async fn bad_input_is_told_what_is_wrong(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    assert_eq!(ann.product("Cup", 100).await, 1);
    let before = shop.db.count("change").await;
    let lines = READS
        .lines()
        .chain(WRITES.lines())
        .filter(|line| !line.is_empty());
    let mut wrong = Vec::new();
    for line in lines {
        let (status, message) = asked(&ann, line).await;
        let expected = line.rsplit(" | ").next().unwrap().trim();
        if !line.starts_with(&status.to_string()) || !message.contains(expected) {
            wrong.push(format!("{line}\nbut: {status} {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Bytes that are no UTF-8 are read as replacement characters: an actor like any other.
    let odd = ann.get("/changesets?actor=%ff%fe").await.expect(200);
    assert_eq!(odd["items"], json!([]));
    assert_eq!(shop.db.count("change").await, before);
}

pub async fn hostile_headers_are_told_what_is_wrong(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    let before = shop.db.count("change").await;
    let cup = json!({"name": "Cup", "price_cents": 1});
    let large = "x".repeat(1024 * 1024);
    let large = large.as_bytes();
    let headers: [(&str, &[u8], u16, &str); 7] = [
        ("user-agent", large, 431, "bytes: send at most 16384"),
        ("user-agent", &large[..17_000], 431, "send at most 16384"),
        ("x-anything", &large[..500_000], 431, "send at most 16384"),
        (
            "user-agent",
            b"\xff\xfe",
            400,
            "header `user-agent` has characters other than",
        ),
        (
            "x-tenant",
            "n\u{f6}rd".as_bytes(),
            400,
            "header `x-tenant` has characters",
        ),
        (
            "x-request-id",
            &large[..129],
            400,
            "header `x-request-id` has 129 characters",
        ),
        (
            "x-request-id",
            b"",
            400,
            "header `x-request-id` has 0 characters: send 1 to 128",
        ),
    ];
    for (name, value, status, text) in headers {
        let value = HeaderValue::from_bytes(value).unwrap();
        let request = ann.request(Method::POST, "/products").header(name, value);
        let told = told(request.json(&cup)).await;
        assert!(
            told.0 == status && told.1.contains(text),
            "{name}: {told:?}"
        );
    }
    assert_eq!(shop.db.count("change").await, before);

    // What is let in is bounded, too.
    let request = ann.request(Method::POST, "/products");
    let request = request.header("x-tenant", "t".repeat(15_000)).json(&cup);
    let response = answer(request.send().await.unwrap()).await;
    let path = format!("/changesets/{}", response.header("x-changeset"));
    response.expect(201);
    let context: Value = ann.get(&path).await.expect(200)["context"].clone();
    assert!(context["x-tenant"].as_str().unwrap().starts_with("ttt"));
    assert!(
        context.to_string().len() <= 16 * 1024,
        "{}",
        context.to_string().len()
    );
}
