//! Requests that are not expected to write.

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

use crate::{Changeset, current, tower::ChangesetLayer};

use super::shop::{Shop, answer, request, sold};

#[tokio::test]
async fn only_requests_that_write_by_their_method_open_one_at_once() {
    let expected = [
        ("GET", false),
        ("HEAD", false),
        ("OPTIONS", false),
        ("POST", true),
        ("PUT", true),
        ("PATCH", true),
        ("DELETE", true),
        ("PROPFIND", true),
    ];
    for (method, eager) in expected {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let layer = ChangesetLayer::new(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Changeset::new()
        });
        let service = service_fn(move |_: Request<()>| async move {
            assert_eq!(current().unwrap().is_used(), eager, "{method}");
            Ok::<_, Infallible>(answer("ok"))
        });
        let response = layer.layer(service).oneshot(request(method, "/")).await;
        response.unwrap().into_body().collect().await.unwrap();
        assert_eq!(
            calls.load(Ordering::Relaxed),
            usize::from(eager),
            "{method}"
        );
    }
}

#[tokio::test]
async fn the_filter_can_be_chosen() {
    let layer = ChangesetLayer::standard().only(|parts| parts.uri.path() == "/write");
    for (path, eager) in [("/write", true), ("/read", false)] {
        let service = service_fn(move |_: Request<()>| async move {
            assert_eq!(current().unwrap().is_used(), eager);
            Ok::<_, Infallible>(answer("ok"))
        });
        layer
            .layer(service)
            .oneshot(request("GET", path))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_get_that_writes_all_the_same_gets_one() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |request: Request<()>| {
        let shop = inside.clone();
        async move {
            shop.sell("one").await;
            shop.sell("two").await;
            assert_eq!(request.uri().path(), "/visit");
            Ok::<_, Infallible>(answer("ok"))
        }
    });
    let response = ChangesetLayer::standard()
        .layer(service)
        .oneshot(request("GET", "/visit?from=mail"))
        .await;
    response.unwrap().into_body().collect().await.unwrap();
    let expected = [sold("one", None, "/visit"), sold("two", None, "/visit")];
    assert_eq!(shop.sold().await, expected);
    let headers = shop.headers().await;
    assert_eq!(headers.len(), 1, "both writes are in one changeset");
    assert_eq!(headers[0].context["method"], "GET");
}

#[tokio::test]
async fn an_actor_set_inside_a_get_reaches_the_header() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move { Ok::<_, Infallible>(shop.sell_then_name("one", "user:1").await) }
    });
    let response = ChangesetLayer::standard()
        .layer(service)
        .oneshot(request("GET", "/visit"))
        .await;
    response.unwrap().into_body().collect().await.unwrap();
    assert_eq!(shop.sold().await, [sold("one", Some("user:1"), "/visit")]);
}

#[tokio::test]
async fn an_async_layer_gives_a_get_that_writes_a_standard_changeset() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move {
            shop.sell("one").await;
            Ok::<_, Infallible>(answer("ok"))
        }
    });
    let layer = ChangesetLayer::new_async(|_| async { Changeset::new().actor("never asked") });
    let response = layer.layer(service).oneshot(request("GET", "/visit")).await;
    response.unwrap().into_body().collect().await.unwrap();
    assert_eq!(shop.sold().await, [sold("one", None, "/visit")]);
}
