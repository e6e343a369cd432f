//! Requests at random: whatever is sent, the shop does not blame itself.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::header::HeaderValue;

use crate::common::{TestShop, answer};

const REQUESTS: u64 = 1000;

/// A route, with what belongs into the path, the query and the body: a name, and a good value.
struct Route(
    &'static str,
    &'static str,
    &'static [Field],
    &'static [Field],
);
type Field = (&'static str, &'static str);

const PAGE: &[Field] = &[("limit", "5"), ("after", "1")];
const HISTORY: &[Field] = &[
    ("limit", "5"),
    ("after", "9"),
    ("actor", r#""customer:1""#),
    ("since", TIME),
    ("until", TIME),
];
const CHANGESETS: &[Field] = &[
    ("limit", "5"),
    ("after", ID),
    ("actor", r#""customer:1""#),
    ("since", TIME),
    ("until", TIME),
    ("entity", r#""product""#),
    ("key", "1"),
];
const CUSTOMER: &[Field] = &[
    ("email", r#""a@example.org""#),
    ("name", r#""Ann""#),
    ("password", r#""x""#),
];
const PRODUCT: &[Field] = &[("name", r#""Cup""#), ("price_cents", "100"), ("stock", "7")];
const PRICES: &[Field] = &[
    ("percent", "10"),
    ("tag", r#""kitchen""#),
    ("reason", r#""sale""#),
];
const LINES: &[Field] = &[("lines", r#"[{"product": 1, "quantity": 1}]"#)];
const TIME: &str = r#""2026-07-01T12:00:00Z""#;
const ID: &str = r#""019f0000-0000-7000-8000-000000000000""#;

const ROUTES: [Route; 15] = [
    Route("GET", "/changesets", CHANGESETS, &[]),
    Route("GET", "/changesets/{}", PAGE, &[]),
    Route("POST", "/customers", &[], CUSTOMER),
    Route("GET", "/customers/{}", &[], &[]),
    Route(
        "POST",
        "/login",
        &[],
        &[
            ("email", r#""ann@example.org""#),
            ("password", r#""12345""#),
        ],
    ),
    Route("POST", "/orders", &[], LINES),
    Route("GET", "/orders/{}", &[], &[]),
    Route("POST", "/prices", &[], PRICES),
    Route("GET", "/products", PAGE, &[]),
    Route("POST", "/products", &[], PRODUCT),
    Route("PATCH", "/products/{}", &[], PRODUCT),
    Route("DELETE", "/products/{}", &[], &[]),
    Route("GET", "/products/{}/history", HISTORY, &[]),
    Route("PUT", "/products/{}/tags/{}", &[], &[]),
    Route("DELETE", "/products/{}/tags/{}", &[], &[]),
];

/// As JSON; without quotes they go into paths and queries.
const ODD: [&str; 30] = [
    "1",
    "-1",
    "0",
    "2147483648",
    "2147483647",
    "9223372036854775807",
    "1000000000000",
    "1e400",
    "0.5",
    "null",
    "true",
    "[]",
    "{}",
    r#"[{"product": 1, "quantity": 2147483647}]"#,
    r#"[{"product": 2, "quantity": 1}, {"product": 1, "quantity": 1}]"#,
    r#""""#,
    r#"" ""#,
    r#""order_line""#,
    r#""[1,1]""#,
    r#""'; DROP TABLE product; --""#,
    r#""%""#,
    r#""a\\b""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""👩‍🚒 Ünïcode \u202e""#,
    r#""\u0085""#,
    r#""9999-12-31T23:59:60Z""#,
    r#""1970-01-01T00:00:00+23:59""#,
    r#""00000000-0000-0000-0000-000000000000""#,
    r#""ffffffff-ffff-ffff-ffff-ffffffffffff""#,
];

const HEADERS: [&str; 5] = [
    "content-type",
    "cookie",
    "x-request-id",
    "x-tenant",
    "traceparent",
];
const HEADER_VALUES: [&[u8]; 5] = [b"", b"x", b"\xff", b"a, b;q=0.1", b"\t"];

pub async fn nothing_at_random_is_the_shops_fault(shop: TestShop) {
    let (ann, _) = shop.customer("ann").await;
    for name in ["Cup", "Jug", "Mug"] {
        ann.product(name, 100).await;
    }
    let mut done = 0;
    for seed in 0..REQUESTS {
        let rng = &mut StdRng::seed_from_u64(seed);
        let Route(method, path, query, body) = ROUTES.choose(rng).unwrap();
        let mut path = (*path).to_owned();
        while path.contains("{}") {
            let known = ["1", "2", "3", "4"].choose(rng).unwrap();
            let place = value(rng, known);
            path = path.replacen("{}", &in_url(rng, place), 1);
        }
        for (name, good) in *query {
            if rng.random_ratio(1, 3) {
                let mark = if path.contains('?') { '&' } else { '?' };
                let value = value(rng, good);
                path += &format!("{mark}{name}={}", in_url(rng, value));
            }
        }
        let body = body.iter().filter_map(|(name, good)| {
            let there = rng.random_ratio(9, 10);
            there.then(|| format!("\"{name}\": {}", value(rng, good)))
        });
        let body = format!("{{{}}}", body.collect::<Vec<_>>().join(", "));
        let mut request = ann.request(method.parse().unwrap(), &path);
        if rng.random_ratio(1, 10) {
            let value = HeaderValue::from_bytes(HEADER_VALUES.choose(rng).unwrap()).unwrap();
            request = request.header(*HEADERS.choose(rng).unwrap(), value);
        } else {
            request = request.header("content-type", "application/json");
        }
        let answer = answer(request.body(body.clone()).send().await.unwrap()).await;
        let asked = format!("{seed}: {method} {path} {body}");
        assert!(
            answer.status < 500,
            "{asked}\n{} {}",
            answer.status,
            answer.body
        );
        match answer.body["error"].as_str() {
            Some(error) => assert!(answer.status >= 400 && !error.is_empty(), "{asked}"),
            None => done += u64::from(answer.status < 300),
        }
    }
    assert!(
        (REQUESTS / 5..REQUESTS / 2).contains(&done),
        "{done} were good"
    );
    let tables: Vec<_> = axum_shop::entity::tracker()
        .unwrap()
        .tables()
        .cloned()
        .collect();
    changesets_tests::tracked::assert_replay(&shop.shop.db, &tables).await;
}

/// The good value, mostly.
fn value(rng: &mut StdRng, good: &'static str) -> &'static str {
    match rng.random_ratio(1, 3) {
        true => ODD.choose(rng).unwrap(),
        false => good,
    }
}

/// A value as it stands in a URL, each byte encoded; or broken.
fn in_url(rng: &mut StdRng, value: &str) -> String {
    if rng.random_ratio(1, 20) {
        return "%ff%00".to_owned();
    }
    let bytes = value.trim_matches('"').bytes();
    bytes.map(|byte| format!("%{byte:02x}")).collect()
}
