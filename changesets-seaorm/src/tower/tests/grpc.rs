//! gRPC calls: as they look on the wire (frames of data, then trailers), and those of tonic.

use std::{convert::Infallible, pin::pin};

use bytes::{Buf, BufMut, Bytes};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use tonic::{
    Status,
    codec::{DecodeBuf, EncodeBuf},
    server::Grpc,
};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};

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

/// A message is its own encoding.
#[derive(Default, Clone)]
struct Text;

impl tonic::codec::Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl tonic::codec::Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(text.as_bytes());
        Ok(())
    }
}

impl tonic::codec::Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        let text = String::from_utf8(bytes.to_vec());
        text.map(Some)
            .map_err(|error| Status::internal(error.to_string()))
    }
}

/// A text on the wire: not compressed, its length, the text.
fn message(text: &str) -> Bytes {
    let mut bytes = vec![0, 0, 0, 0, u8::try_from(text.len()).unwrap()];
    bytes.extend_from_slice(text.as_bytes());
    bytes.into()
}

/// What `tonic::transport::Server` asks of a service in a layer.
fn assert_fits_tonic<S, B>(service: S) -> S
where
    S: Service<Request<tonic::body::Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError> + Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    service
}

#[tokio::test]
async fn a_method_of_tonic_streams_inside_the_changeset_of_its_call() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |request: Request<tonic::body::Body>| {
        let shop = inside.clone();
        let sell = service_fn(move |request: tonic::Request<String>| {
            let shop = shop.clone();
            current().unwrap().set_actor(request.into_inner());
            let sold = stream::iter(["one", "two"].map(str::to_owned)).then(move |lamp: String| {
                let shop = shop.clone();
                async move {
                    shop.sell(&lamp).await;
                    Ok(lamp)
                }
            });
            async { Ok(tonic::Response::new(sold)) }
        });
        async move { Ok::<_, Infallible>(Grpc::new(Text).server_streaming(sell, request).await) }
    });
    let service = assert_fits_tonic(ChangesetLayer::standard().layer(service));
    let call = Request::post("/shop.Shop/Sell")
        .header("content-type", "application/grpc")
        .body(tonic::body::Body::new(Full::new(message("user:1"))))
        .unwrap();
    let response = service.oneshot(call).await.unwrap();
    let answer = response.into_body().collect().await.unwrap();
    assert_eq!(answer.trailers().unwrap()["grpc-status"], "0");
    assert_eq!(answer.to_bytes(), [message("one"), message("two")].concat());
    let expected = ["one", "two"].map(|lamp| sold(lamp, Some("user:1"), "/shop.Shop/Sell"));
    assert_eq!(shop.sold().await, expected);
    assert_eq!(shop.headers().await.len(), 1);
}
