//! Many clients at once, some of whom fail: every change is on record under the request that made
//! it, and nothing of a request is left when it is over.
//!
//! The full size is 64 clients and 20,000 requests on PostgreSQL:
//!
//! ```sh
//! CHANGESETS_TEST_TIMEOUT=1800 cargo test -p axum-shop --test load -- --ignored --nocapture
//! ```

// A test fails by panicking.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod act;
mod check;
#[path = "../common/mod.rs"]
mod common;
mod measure;

use std::{sync::Arc, time::Duration};

use axum_shop::Config;
use changesets_tests::{Backend, tracked};
use futures_util::future::join_all;

use act::{Actor, Did, Shelf};
use common::TestShop;
use measure::Measured;

/// Products on the shelf at the beginning.
const PRODUCTS: usize = 100;

on_all!(
    |config: &mut axum_shop::Config| super::set_up(config, 8);
    a_few_clients,
);

async fn a_few_clients(shop: TestShop) {
    load(shop, 8, 400).await;
}

#[test]
#[ignore = "takes minutes; CHANGESETS_LOAD_CLIENTS and CHANGESETS_LOAD_REQUESTS set its size"]
fn many_clients() {
    let number = |name: &str, default: usize| {
        let set = std::env::var(name).ok();
        set.map_or(default, |text| text.parse().expect(name))
    };
    let clients = number("CHANGESETS_LOAD_CLIENTS", 64);
    let requests = number("CHANGESETS_LOAD_REQUESTS", 20_000);
    let set_up = |config: &mut Config| set_up(config, 24);
    common::on(Backend::Postgres, "many_clients", set_up, async |shop| {
        load(shop, clients, requests).await;
    });
}

fn set_up(config: &mut Config, connections: u32) {
    config.faults = true;
    config.timeout = Duration::from_millis(500);
    config.connections = connections;
}

async fn load(shop: TestShop, clients: usize, requests: usize) {
    // So that a failed test says why the shop failed.
    let _ = tracing_subscriber::fmt()
        .with_env_filter("axum_shop=error")
        .with_test_writer()
        .try_init();
    let (owner, _) = shop.customer("owner").await;
    let shelf = Shelf::default();
    for number in 0..PRODUCTS {
        shelf.add(owner.product(&format!("product {number}"), 1000).await);
    }
    let mut actors = Vec::new();
    for number in 0..clients {
        let (client, customer) = shop.customer(&format!("customer{number}")).await;
        let own = client.product(&format!("own {number}"), 1000).await;
        actors.push(Actor::new(client, number, customer, own));
    }
    let before = tracked::headers(&shop.db.plain()).await;
    let before: Vec<_> = before.into_iter().map(|header| header.id).collect();

    let shelf = Arc::new(shelf);
    let each = requests.div_ceil(clients);
    let mut did: Vec<Did> = Vec::new();
    let mut measured = Vec::new();
    for quarter in 1..=4 {
        let part = each * quarter / 4 - each * (quarter - 1) / 4;
        let work = actors.iter_mut().map(|actor| actor.act(part, &shelf));
        did.extend(join_all(work).await.into_iter().flatten());
        measured.push(Measured::now(&shop.shop).await);
    }
    let page = owner.get("/products?limit=100").await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 100);
    check::outcomes(&did);
    check::log(&shop, &before, &did).await;
    let tables: Vec<_> = axum_shop::entity::tracker()
        .unwrap()
        .tables()
        .cloned()
        .collect();
    tracked::assert_replay(&shop.shop.db, &tables).await;
    measure::assert_flat(&measured);
}
