//! A shop to test, and a client that talks to it over HTTP.

use std::time::Duration;

use axum_shop::{Config, Shop, start};
use changesets_tests::{Backend, TestDb};
use reqwest::{Method, Response, header::HeaderMap};
use serde_json::{Value, json};

/// Runs a test on one database, with a shop of its own; `change` sets the shop up.
pub fn on<Fut: Future<Output = ()>>(
    backend: Backend,
    name: &str,
    change: impl FnOnce(&mut Config),
    test: impl FnOnce(TestShop) -> Fut,
) {
    changesets_tests::run(backend, &format!("axum_shop_{name}"), |db| async {
        let mut config = Config::new(db.url());
        config.password_cost = argon2::Params::new(8, 1, 1, None).unwrap();
        config.connections = 5;
        change(&mut config);
        let shop = start(config).await.unwrap();
        let connection = shop.db.clone();
        test(TestShop { db, shop }).await;
        connection.untracked().close_by_ref().await.unwrap();
    });
}

/// The functions as tests, on each of the three databases.
#[macro_export]
macro_rules! on_all {
    ($change:expr; $($test:ident),* $(,)?) => {
        $crate::on_all!(@ sqlite Sqlite, $change, $($test)*);
        $crate::on_all!(@ postgres Postgres, $change, $($test)*);
        $crate::on_all!(@ mysql MySql, $change, $($test)*);
    };
    (@ $module:ident $backend:ident, $change:expr, $($test:ident)*) => {
        mod $module {
            $(#[test]
            fn $test() {
                let backend = changesets_tests::Backend::$backend;
                $crate::common::on(backend, stringify!($test), $change, super::$test);
            })*
        }
    };
}

/// A shop with a database of its own.
pub struct TestShop {
    pub db: TestDb,
    pub shop: Shop,
}

impl TestShop {
    /// A client that has no cookies yet.
    pub fn client(&self) -> Client {
        Client {
            http: reqwest::Client::builder()
                .cookie_store(true)
                .user_agent("a test")
                .timeout(Duration::from_secs(60))
                .build()
                .unwrap(),
            base: format!("http://{}", self.shop.address),
        }
    }

    /// A client that signed up under this name, and is logged in.
    pub async fn customer(&self, name: &str) -> (Client, i64) {
        let client = self.client();
        let id = client.sign_up(name).await;
        client.log_in(name).await.expect(200);
        (client, id)
    }
}

/// A client with its cookies.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub base: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body, when the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

impl Client {
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        answer(self.request(method, path).json(&body).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub async fn sign_up(&self, name: &str) -> i64 {
        let customer =
            json!({"email": format!("{name}@example.org"), "name": name, "password": "12345"});
        self.post("/customers", customer).await.expect(201)["id"]
            .as_i64()
            .unwrap()
    }

    pub async fn log_in(&self, name: &str) -> Answer {
        let login = json!({"email": format!("{name}@example.org"), "password": "12345"});
        self.post("/login", login).await
    }

    pub async fn product(&self, name: &str, cents: i64) -> i64 {
        let product = json!({"name": name, "price_cents": cents, "stock": 10});
        self.post("/products", product).await.expect(201)["id"]
            .as_i64()
            .unwrap()
    }
}

/// The answer as JSON; an empty body is null.
pub async fn answer(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}, no JSON: {text:?}"))
    };
    Answer {
        status,
        headers,
        body,
    }
}
