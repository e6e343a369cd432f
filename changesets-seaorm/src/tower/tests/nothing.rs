//! A request that writes nothing sends nothing to the database.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::Request;
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt, service_fn};

use crate::{current, tower::ChangesetLayer};

use super::shop::{Shop, answer, request};

#[tokio::test]
async fn a_request_that_writes_nothing_adds_no_statement_and_no_header() {
    let mut shop = Shop::open().await;
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&statements);
    shop.db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    shop.sell("counted").await;
    assert!(
        statements.swap(0, Ordering::Relaxed) > 0,
        "the counter works"
    );
    let service = service_fn(|_: Request<()>| async {
        current().unwrap().set_actor("user:1");
        Ok::<_, Infallible>(answer("ok"))
    });
    for method in ["POST", "GET"] {
        let layer = ChangesetLayer::standard();
        let response = layer.layer(service).oneshot(request(method, "/")).await;
        response.unwrap().into_body().collect().await.unwrap();
    }
    assert_eq!(statements.load(Ordering::Relaxed), 0);
    assert_eq!(shop.headers().await.len(), 1, "of the first sale alone");
}
