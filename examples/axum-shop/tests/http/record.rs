//! What the shop records of what is done to it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Client, TestShop};

/// The items of a page, without what is different each time.
fn items(page: &Value) -> Vec<Value> {
    let mut items = page["items"].as_array().unwrap().clone();
    for item in &mut items {
        let item = item.as_object_mut().unwrap();
        for column in ["id", "at", "changeset"] {
            item.remove(column).unwrap();
        }
    }
    items
}

async fn history(client: &Client, product: i64) -> Value {
    let path = format!("/products/{product}/history");
    client.get(&path).await.expect(200)
}

async fn changesets(client: &Client, query: &str) -> Vec<Value> {
    let page = client
        .get(&format!("/changesets?{query}"))
        .await
        .expect(200);
    page["items"].as_array().unwrap().clone()
}

pub async fn a_change_has_its_actor(shop: TestShop) {
    let (ann, id) = shop.customer("ann").await;
    let product = ann.product("Teapot", 2400).await;
    assert_eq!(
        items(&history(&shop.client(), product).await),
        [json!({
            "actor": {"id": format!("customer:{id}"), "label": "ann"},
            "reason": null,
            "entity": "product",
            "key": product.to_string(),
            "action": "insert",
            "diff": {"id": product, "name": "Teapot", "price_cents": 2400, "stock": 10},
            "links": [],
        })]
    );
    // The login wrote its change before anybody knew who it was.
    let logins = changesets(&ann, "entity=customer").await;
    let actors: Vec<_> = logins
        .iter()
        .map(|login| login["actor"]["id"].as_str())
        .collect();
    assert_eq!(actors, [Some(&*format!("customer:{id}")), None]);
    assert_eq!(logins[0]["context"]["path"], "/login");
}

pub async fn the_history_of_a_product(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    let (bob, _) = shop.customer("bob").await;
    let product = ann.product("Teapot", 2400).await;
    let path = format!("/products/{product}");
    let tagged = format!("{path}/tags/kitchen");
    bob.send(Method::PATCH, &path, json!({"name": "Red teapot"}))
        .await
        .expect(200);
    ann.send(Method::PUT, &tagged, Value::Null)
        .await
        .expect(200);
    let sale = json!({"percent": -10, "tag": "kitchen", "reason": "spring sale"});
    assert_eq!(
        bob.post("/prices", sale).await.expect(200),
        json!({"products": 1})
    );
    ann.send(Method::DELETE, &path, Value::Null)
        .await
        .expect(204);

    let page = history(&ann, product).await;
    let line = |item: &Value| {
        let [entity, action, actor, reason] = [
            &item["entity"],
            &item["action"],
            &item["actor"]["label"],
            &item["reason"],
        ]
        .map(|value| value.as_str().unwrap_or("-").to_owned());
        let links = item["links"].as_array().unwrap().iter();
        let links: String = links
            .map(|link| format!(" {} {}", link["event"], link["entity"]))
            .collect();
        format!(
            "{actor}: {action} {entity} {} ({reason}){links}",
            item["diff"]
        )
    };
    let lines: Vec<String> = page["items"].as_array().unwrap().iter().map(line).collect();
    let row = r#""name":"Red teapot","price_cents":2160,"stock":10"#;
    let link = format!(r#"{{"product_id":{product},"tag_id":1}}"#);
    assert_eq!(
        lines,
        [
            format!(r#"ann: delete product_tag {link} (-) "removed" "tag""#),
            format!(r#"ann: delete product {{"id":{product},{row}}} (-)"#),
            r#"bob: update product {"price_cents":[2400,2160]} (spring sale)"#.to_owned(),
            format!(r#"ann: insert product_tag {link} (-) "added" "tag""#),
            r#"bob: update product {"name":["Teapot","Red teapot"]} (-)"#.to_owned(),
            format!(
                r#"ann: insert product {{"id":{product},"name":"Teapot","price_cents":2400,"stock":10}} (-)"#
            ),
        ]
    );
    ann.get(&path).await.expect(404);
}

pub async fn a_sale_is_one_changeset(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    let mut products = Vec::new();
    for cents in [1000, 2000, 3001] {
        products.push(ann.product("Cup", cents).await);
    }
    let sale = json!({"percent": 10, "reason": "dear clay"});
    let answer = ann.post("/prices", sale).await;
    let path = format!("/changesets/{}?limit=2", answer.header("x-changeset"));
    assert_eq!(answer.expect(200), json!({"products": 3}));
    let first = ann.get(&path).await.expect(200);
    assert_eq!(first["reason"], "dear clay");
    let next = first["changes"]["next"].as_str().unwrap();
    let second = ann.get(&format!("{path}&after={next}")).await.expect(200);
    assert_eq!(second["changes"]["next"], Value::Null);
    let mut diffs: Vec<_> = items(&first["changes"]);
    diffs.extend(items(&second["changes"]));
    let mut diffs: Vec<_> = diffs.iter().map(|item| item["diff"].to_string()).collect();
    diffs.sort();
    assert_eq!(
        diffs,
        [
            r#"{"price_cents":[1000,1100]}"#,
            r#"{"price_cents":[2000,2200]}"#,
            r#"{"price_cents":[3001,3301]}"#,
        ]
    );
}

pub async fn an_order_is_one_changeset(shop: TestShop) {
    let (ann, id) = shop.customer("ann").await;
    let (cup, pot) = (ann.product("Cup", 500).await, ann.product("Pot", 900).await);
    let order =
        json!({"lines": [{"product": pot, "quantity": 2}, {"product": cup, "quantity": 3}]});
    let answer = ann.post("/orders", order).await;
    let changeset = answer.header("x-changeset").to_owned();
    let order = answer.expect(201);
    assert_eq!(
        order["lines"],
        json!([
            {"product": cup, "quantity": 3, "price_cents": 500},
            {"product": pot, "quantity": 2, "price_cents": 900},
        ])
    );
    let number = order["id"].as_i64().unwrap();
    assert_eq!(
        ann.get(&format!("/orders/{number}")).await.expect(200),
        order
    );
    let whole = ann
        .get(&format!("/changesets/{changeset}"))
        .await
        .expect(200);
    let changes: Vec<String> = items(&whole["changes"])
        .iter()
        .map(|item| format!("{} {} {}", item["action"], item["entity"], item["key"]))
        .collect();
    let quoted = [
        format!(r#""insert" "order" "{number}""#),
        format!(r#""update" "product" "{cup}""#),
        format!(r#""insert" "order_line" "[{number},{cup}]""#),
        format!(r#""update" "product" "{pot}""#),
        format!(r#""insert" "order_line" "[{number},{pot}]""#),
    ];
    assert_eq!(changes, quoted);
    assert_eq!(whole["actor"]["id"], format!("customer:{id}"));

    let before = changesets(&ann, "").await.len();
    let too_many =
        json!({"lines": [{"product": cup, "quantity": 1}, {"product": pot, "quantity": 9}]});
    let refused = ann.post("/orders", too_many).await.expect(409);
    assert_eq!(
        refused["error"],
        format!("product {pot} is out of stock: 8 left")
    );
    assert_eq!(
        changesets(&ann, "").await.len(),
        before,
        "a refused order leaves nothing"
    );
    assert_eq!(
        ann.get(&format!("/products/{cup}")).await.expect(200)["stock"],
        7
    );
    let (bob, _) = shop.customer("bob").await;
    bob.get(&format!("/orders/{number}")).await.expect(404);
}

pub async fn nobody_is_no_actor(shop: TestShop) {
    let client = shop.client();
    let id = client.sign_up("ann").await;
    let found = changesets(&client, "").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["actor"], Value::Null);
    let path = format!("/changesets/{}", found[0]["id"].as_str().unwrap());
    let whole = client.get(&path).await.expect(200);
    let changes = items(&whole["changes"]);
    assert_eq!(changes[0]["key"], id.to_string());
    let diff = changes[0]["diff"].as_object().unwrap();
    assert_eq!(diff["email"], "ann@example.org");
    assert!(
        !diff["password_hash"].to_string().contains("argon2"),
        "{diff:?}"
    );
    // Writes that need somebody are refused, and not recorded.
    client
        .post("/products", json!({"name": "Cup", "price_cents": 1}))
        .await
        .expect(401);
    assert_eq!(changesets(&client, "").await.len(), 1);
}

pub async fn only_a_real_cookie_counts(shop: TestShop) {
    let (ann, id) = shop.customer("ann").await;
    let own = format!("/customers/{id}");
    assert_eq!(ann.get(&own).await.expect(200)["email"], "ann@example.org");
    let forged = [
        format!("shop_session={id}.9999999999"),
        format!("shop_session={}{id}.9999999999", "A".repeat(44)),
        "shop_session=".to_owned(),
    ];
    for cookie in forged {
        let request = shop
            .client()
            .request(Method::GET, &own)
            .header("cookie", cookie);
        let refused = crate::common::answer(request.send().await.unwrap())
            .await
            .expect(401);
        assert_eq!(
            refused["error"],
            "log in first: POST /login with `email` and `password`"
        );
    }
    let wrong = json!({"email": "ann@example.org", "password": "wrong"});
    shop.client().post("/login", wrong).await.expect(401);
    ann.post("/logout", Value::Null).await.expect(204);
    ann.get(&own).await.expect(401);
}

pub async fn a_request_has_an_id(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    let given = ann
        .request(Method::POST, "/products")
        .header("x-request-id", "abc-1")
        .header("x-tenant", "north")
        .json(&json!({"name": "Cup", "price_cents": 1}));
    let given = crate::common::answer(given.send().await.unwrap()).await;
    let made = ann
        .post("/products", json!({"name": "Pot", "price_cents": 2}))
        .await;
    assert_eq!(given.header("x-request-id"), "abc-1");
    assert_eq!(made.header("x-request-id").len(), 36);

    let context = async |answer: &Answer| {
        let path = format!("/changesets/{}", answer.header("x-changeset"));
        ann.get(&path).await.expect(200)["context"].clone()
    };
    let of_given = context(&given).await;
    assert_eq!(of_given["request_id"], "abc-1");
    assert_eq!(of_given["x-tenant"], "north");
    assert_eq!(of_given["user_agent"], "a test");
    assert_eq!(of_given["method"], "POST");
    assert_eq!(of_given["path"], "/products");
    assert_eq!(of_given["client_address"], "127.0.0.1");
    assert_eq!(
        context(&made).await["request_id"],
        made.header("x-request-id")
    );
}

pub async fn changesets_come_page_by_page(shop: TestShop) {
    let (ann, id) = shop.customer("ann").await;
    let (bob, _) = shop.customer("bob").await;
    let mut products = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        products.push(ann.product(name, 100).await);
        bob.product(name, 200).await;
    }
    let all = changesets(&ann, "limit=100").await;
    assert_eq!(all.len(), 14, "two sign up, two log in, ten products");
    let mut paged = Vec::new();
    let mut path = "/changesets?limit=4".to_owned();
    loop {
        let page = ann.get(&path).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!((1..=4).contains(&items.len()));
        paged.extend(items.clone());
        match page["next"].as_str() {
            Some(next) => path = format!("/changesets?limit=4&after={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);

    let of_ann = changesets(&ann, &format!("actor=customer:{id}&entity=product")).await;
    assert_eq!(of_ann.len(), 5);
    assert!(of_ann.iter().all(|item| item["actor"]["label"] == "ann"));
    let of_one = changesets(&ann, &format!("entity=product&key={}", products[2])).await;
    assert_eq!(of_one, [of_ann[2].clone()]);
    assert_eq!(
        changesets(&ann, "entity=order_line&key=[1,2]").await,
        Vec::<Value>::new()
    );
    let middle = of_ann[2]["at"].as_str().unwrap();
    let since = changesets(&ann, &format!("since={middle}")).await;
    let until = changesets(&ann, &format!("until={middle}")).await;
    assert!(since.contains(&of_ann[2]) && !until.contains(&of_ann[2]));
    assert_eq!(since.len() + until.len(), all.len());

    let path = format!("/products/{}/history?limit=1", products[0]);
    ann.send(
        Method::PATCH,
        &format!("/products/{}", products[0]),
        json!({"stock": 3}),
    )
    .await
    .expect(200);
    let newest = ann.get(&path).await.expect(200);
    let next = newest["next"].as_str().unwrap();
    let oldest = ann.get(&format!("{path}&after={next}")).await.expect(200);
    assert_eq!(newest["items"][0]["action"], "update");
    assert_eq!(oldest["items"][0]["action"], "insert");
    assert_eq!(oldest["next"], Value::Null);
}

pub async fn faults_leave_nothing_behind(shop: TestShop) {
    let (ann, id) = shop.customer("ann").await;
    let product = ann.product("Cup", 100).await;
    let panicked = ann
        .post(&format!("/faults/panic/{product}/Jug"), Value::Null)
        .await;
    let error = panicked.expect(500);
    assert_eq!(
        error,
        json!({"error": "the shop made a mistake; it has been logged"})
    );
    let slow = ann
        .post(&format!("/faults/slow/{product}/Mug"), Value::Null)
        .await;
    let error = slow.expect(408);
    assert_eq!(
        error,
        json!({"error": "it took too long: what it wrote may be there, or not"})
    );
    // What was committed before the panic stays, under the one who did it; the rest is gone.
    let page = history(&ann, product).await;
    let changes = items(&page);
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0]["diff"], json!({"name": ["Cup", "Jug"]}));
    assert_eq!(changes[0]["actor"]["id"], format!("customer:{id}"));
    // And the next ones are not disturbed.
    shop.client().sign_up("bob").await;
    assert_eq!(changesets(&ann, "limit=1").await[0]["actor"], Value::Null);
}

pub async fn the_shop_describes_itself(shop: TestShop) {
    let api = shop.client().get("/openapi.json").await.expect(200);
    let paths: Vec<&String> = api["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/changesets",
            "/changesets/{id}",
            "/customers",
            "/customers/{id}",
            "/login",
            "/logout",
            "/orders",
            "/orders/{id}",
            "/prices",
            "/products",
            "/products/{id}",
            "/products/{id}/history",
            "/products/{id}/tags/{tag}",
        ]
    );
    let of_list = api["paths"]["/changesets"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<_> = of_list
        .iter()
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["actor", "entity", "key", "since", "until", "limit", "after"]
    );
}
