//! A client that does things at random, and remembers what it did.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::common::{Answer, Client, answer};

/// What a client wanted to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Create,
    Delete,
    Order,
    Panic,
    Read,
    Rename,
    Sale,
    Slow,
    Tag,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The shop answered that it was done; with this body.
    Done(String),
    /// The shop answered that it was not done.
    Refused,
    /// The handler panicked, after it wrote.
    Panicked,
    /// The shop took too long.
    TimedOut,
    /// The client went away.
    Aborted,
}

/// A request, as its client remembers it.
#[derive(Clone, Debug)]
pub struct Did {
    pub request_id: String,
    pub customer: i64,
    pub kind: Kind,
    /// How many lines an order had.
    pub lines: usize,
    pub end: End,
    /// The changeset the shop says it was.
    pub changeset: Option<String>,
}

/// The products that all clients know.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<Vec<i64>>);

impl Shelf {
    pub fn add(&self, product: i64) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(product);
    }

    fn pick(&self, rng: &mut StdRng) -> i64 {
        let products = self.0.lock().unwrap();
        products[rng.random_range(0..products.len())]
    }

    /// Takes one off for good; the first ones stay.
    fn take(&self, rng: &mut StdRng) -> Option<i64> {
        let mut products = self.0.lock().unwrap();
        let rest = crate::PRODUCTS..products.len();
        (!rest.is_empty()).then(|| products.swap_remove(rng.random_range(rest)))
    }
}

/// A client and its customer.
pub struct Actor {
    client: Client,
    number: usize,
    customer: i64,
    /// A product that nobody else writes.
    own: i64,
    requests: usize,
    rng: StdRng,
}

impl Actor {
    pub fn new(client: Client, number: usize, customer: i64, own: i64) -> Self {
        let rng = StdRng::seed_from_u64(number as u64);
        Self {
            client,
            number,
            customer,
            own,
            requests: 0,
            rng,
        }
    }

    /// Makes so many requests, one after the other.
    pub async fn act(&mut self, requests: usize, shelf: &Shelf) -> Vec<Did> {
        let mut did = Vec::new();
        for _ in 0..requests {
            did.push(self.request(shelf).await);
        }
        did
    }

    async fn request(&mut self, shelf: &Shelf) -> Did {
        self.requests += 1;
        let request_id = format!("c{}-r{}", self.number, self.requests);
        let kind = match self.rng.random_range(0..100) {
            0..5 => Kind::Slow,
            5..10 => Kind::Panic,
            10..15 => Kind::Delete,
            15..20 => Kind::Sale,
            20..35 => Kind::Tag,
            35..50 => Kind::Order,
            50..70 => Kind::Create,
            70..80 => Kind::Read,
            _ => Kind::Rename,
        };
        let lines = if kind == Kind::Order {
            self.rng.random_range(1..4)
        } else {
            0
        };
        let request = self.build(kind, lines, &request_id, shelf);
        let request = request.header("x-request-id", &request_id);
        // One in ten clients goes away, sooner or later.
        let patience = match self.rng.random_range(0..10) {
            0 if kind != Kind::Slow => Duration::from_micros(self.rng.random_range(0..30_000)),
            _ => Duration::from_secs(60),
        };
        let answered = tokio::time::timeout(patience, async {
            answer(request.send().await.unwrap()).await
        });
        let (end, changeset) = match answered.await {
            Ok(answer) => ended(&request_id, kind, answer),
            Err(_) => (End::Aborted, None),
        };
        if let (Kind::Create, End::Done(product)) = (kind, &end) {
            let product: Value = serde_json::from_str(product).unwrap();
            shelf.add(product["id"].as_i64().unwrap());
        }
        let customer = self.customer;
        Did {
            request_id,
            customer,
            kind,
            lines,
            end,
            changeset,
        }
    }

    fn build(&mut self, kind: Kind, lines: usize, id: &str, shelf: &Shelf) -> RequestBuilder {
        let request = |method, path: String| self.client.request(method, &path);
        let product = shelf.pick(&mut self.rng);
        match kind {
            Kind::Create => request(Method::POST, "/products".to_owned())
                .json(&json!({"name": id, "price_cents": 1000, "stock": 1000})),
            Kind::Delete => {
                let product = shelf.take(&mut self.rng).unwrap_or(-1);
                request(Method::DELETE, format!("/products/{product}"))
            }
            Kind::Order => {
                let lines: Vec<_> = (0..lines)
                    .map(|_| json!({"product": shelf.pick(&mut self.rng), "quantity": 1}))
                    .collect();
                request(Method::POST, "/orders".to_owned()).json(&json!({"lines": lines}))
            }
            Kind::Panic => request(Method::POST, format!("/faults/panic/{product}/{id}")),
            Kind::Read => request(Method::GET, format!("/products/{product}/history")),
            Kind::Rename => {
                request(Method::PATCH, format!("/products/{product}")).json(&json!({"name": id}))
            }
            Kind::Sale => {
                let tag = format!("tag{}", self.rng.random_range(0..20));
                request(Method::POST, "/prices".to_owned())
                    .json(&json!({"percent": 10, "tag": tag, "reason": id}))
            }
            Kind::Slow => request(Method::POST, format!("/faults/slow/{}/{id}", self.own)),
            Kind::Tag => {
                let tag = format!("tag{}", self.rng.random_range(0..20));
                request(Method::PUT, format!("/products/{product}/tags/{tag}"))
            }
        }
    }
}

fn ended(request_id: &str, kind: Kind, answer: Answer) -> (End, Option<String>) {
    assert_eq!(answer.header("x-request-id"), request_id);
    let changeset = answer.headers.get("x-changeset");
    let changeset = changeset.map(|id| id.to_str().unwrap().to_owned());
    let end = match answer.status {
        // As text, which takes a tenth of the memory that is measured here.
        200..300 => End::Done(answer.body.to_string()),
        408 => End::TimedOut,
        404 | 409 | 503 => End::Refused,
        // Lines of an order are picked at random: some have a product twice.
        400 if kind == Kind::Order => End::Refused,
        500 if kind == Kind::Panic => End::Panicked,
        status => panic!("{request_id} {kind:?}: {status} {}", answer.body),
    };
    (end, changeset)
}
