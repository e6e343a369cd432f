//! Bodies that are made while they are read.

use std::{
    convert::Infallible,
    pin::pin,
    sync::Mutex,
    task::{Poll, ready},
};

use axum::body::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty, StreamBody};
use sea_orm::TransactionTrait;
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    current,
    tower::{ChangesetBody, ChangesetLayer},
};

use super::shop::{Shop, request, sold};

fn frame(text: &'static str) -> Frame<Bytes> {
    Frame::data(Bytes::from(text))
}

/// The response of a service that streams `body`.
async fn streamed<B: Body>(method: &str, body: B) -> Response<ChangesetBody<B>> {
    let body = Mutex::new(Some(body));
    let service = service_fn(|_: Request<()>| {
        let body = body.lock().unwrap().take().unwrap();
        async { Ok::<_, Infallible>(Response::new(body)) }
    });
    let layered = ChangesetLayer::standard().layer(service);
    layered.oneshot(request(method, "/stream")).await.unwrap()
}

/// Two frames, each of which sells something; the second one names the actor after its sale.
fn selling(shop: &Shop) -> impl Body<Data = Bytes, Error = Infallible> + use<> {
    let frames = stream::iter(["one", "two"]);
    let shop = shop.clone();
    StreamBody::new(frames.then(move |lamp| {
        let shop = shop.clone();
        async move {
            shop.sell(lamp).await;
            if lamp == "two" {
                current().unwrap().set_actor("user:1");
            }
            Ok::<_, Infallible>(frame(lamp))
        }
    }))
}

#[tokio::test]
async fn a_streaming_body_is_read_inside_the_changeset_and_ends_it() {
    for method in ["POST", "GET"] {
        let shop = Shop::open().await;
        let response = streamed(method, selling(&shop)).await;
        assert!(current().is_none());
        let mut body = pin!(response.into_body());
        body.frame().await.unwrap().unwrap();
        assert!(current().is_none(), "between two frames nothing is open");
        assert_eq!(shop.sold().await, [sold("one", None, "/stream")]);
        body.frame().await.unwrap().unwrap();
        assert!(body.frame().await.is_none());
        assert!(body.is_end_stream());
        let expected = ["one", "two"].map(|lamp| sold(lamp, Some("user:1"), "/stream"));
        assert_eq!(shop.sold().await, expected);
        assert_eq!(shop.headers().await.len(), 1);
    }
}

#[tokio::test]
async fn a_body_that_is_not_read_to_its_end_still_ends_the_scope() {
    let shop = Shop::open().await;
    let response = streamed("POST", selling(&shop)).await;
    let mut body = Box::pin(response.into_body());
    body.frame().await.unwrap().unwrap();
    body.frame().await.unwrap().unwrap();
    assert_eq!(shop.sold().await[0], sold("one", None, "/stream"));
    drop(body);
    let expected = ["one", "two"].map(|lamp| sold(lamp, Some("user:1"), "/stream"));
    shop.until_sold(&expected).await;
}

#[tokio::test]
async fn the_header_is_whole_before_the_last_frame_is_handed_out() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move { Ok::<_, Infallible>(shop.sell_then_name("one", "user:1").await) }
    });
    let service = ChangesetLayer::standard().layer(service);
    let response = service.oneshot(request("POST", "/sale")).await.unwrap();
    let mut body = pin!(response.into_body());
    assert_eq!(
        body.size_hint().exact(),
        Some(4),
        "as the service's own body has it"
    );
    assert!(!body.is_end_stream());
    assert_eq!(
        shop.sold().await,
        [sold("one", None, "/sale")],
        "the scope is open"
    );
    let frame = body.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "sold");
    // A server that has sent all bytes need not ask again.
    assert_eq!(shop.sold().await, [sold("one", Some("user:1"), "/sale")]);
    assert!(body.is_end_stream());
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn without_a_body_the_scope_ends_before_the_response() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move {
            let _ = shop.sell_then_name("one", "user:1").await;
            Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
        }
    });
    let service = ChangesetLayer::standard().layer(service);
    let response = service.oneshot(request("POST", "/sale")).await.unwrap();
    assert_eq!(shop.sold().await, [sold("one", Some("user:1"), "/sale")]);
    assert!(response.body().is_end_stream());
}

#[tokio::test]
async fn a_body_that_holds_the_only_connection_does_not_stop_its_own_end() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    // What a `poll_fn` owns is dropped with the stream, not with its last item.
    let mut transaction = None;
    let mut work = Box::pin(async move {
        inside.sell("one").await;
        current().unwrap().set_actor("user:1");
        inside.db.begin().await.unwrap()
    });
    let frames = stream::poll_fn(move |context| {
        if transaction.is_some() {
            return Poll::Ready(None);
        }
        transaction = Some(ready!(work.as_mut().poll(context)));
        Poll::Ready(Some(Ok::<_, Infallible>(frame("one"))))
    });
    let response = streamed("POST", StreamBody::new(frames)).await;
    response.into_body().collect().await.unwrap();
    assert_eq!(shop.sold().await, [sold("one", Some("user:1"), "/stream")]);
}

#[tokio::test]
async fn an_error_of_the_body_comes_through_and_ends_the_scope() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let frames = stream::once(async move {
        inside.sell("one").await;
        current().unwrap().set_actor("user:1");
        Err::<Frame<Bytes>, _>("broken")
    });
    let response = streamed("POST", StreamBody::new(frames)).await;
    let mut body = pin!(response.into_body());
    assert_eq!(body.frame().await.unwrap().unwrap_err(), "broken");
    assert_eq!(shop.sold().await, [sold("one", Some("user:1"), "/stream")]);
}
