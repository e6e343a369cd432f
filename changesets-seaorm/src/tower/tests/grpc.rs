//! A gRPC call, as it looks on the wire: frames of data, then trailers.

use std::{convert::Infallible, pin::pin};

use axum::body::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody};
use tower::{Layer, ServiceExt, service_fn};

use crate::{current, tower::ChangesetLayer};

use super::shop::{Shop, request, sold};

#[tokio::test]
async fn a_streaming_call_ends_its_scope_with_the_trailers() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", "0".parse().unwrap());
        let messages = stream::iter(["one", "two"]).then(move |lamp| {
            let shop = shop.clone();
            async move {
                shop.sell(lamp).await;
                current().unwrap().set_actor(lamp);
                Frame::data(Bytes::from(lamp))
            }
        });
        let frames = messages.chain(stream::iter([Frame::trailers(trailers)]));
        let body = StreamBody::new(frames.map(Ok::<_, Infallible>));
        async { Ok::<_, Infallible>(Response::new(body)) }
    });
    let service = ChangesetLayer::standard().layer(service);
    let response = service.oneshot(request("POST", "/shop.Shop/Sell")).await;
    let mut body = pin!(response.unwrap().into_body());
    for lamp in ["one", "two"] {
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), lamp);
    }
    let trailers = body.frame().await.unwrap().unwrap();
    assert_eq!(trailers.into_trailers().unwrap()["grpc-status"], "0");
    assert!(body.is_end_stream());
    let expected = ["one", "two"].map(|lamp| sold(lamp, Some("two"), "/shop.Shop/Sell"));
    assert_eq!(shop.sold().await, expected);
}
