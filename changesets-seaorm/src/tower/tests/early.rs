//! Requests that do not come to their end.

use std::{
    convert::Infallible,
    future::{Future, pending},
    task::{Context, Waker},
    time::Duration,
};

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::{BoxError, Layer, Service, ServiceExt, service_fn, timeout::TimeoutLayer};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{current, tower::ChangesetLayer};

use super::shop::{Answer, Shop, Sold, answer, request, sold};

/// Sells what the path says, names an actor after it, and comes to the end it is asked for.
async fn handle(shop: Shop, request: Request<()>) -> Result<Answer, Infallible> {
    assert!(!current().unwrap().is_used() || current().unwrap().metadata().actor.is_none());
    let path = request.uri().path().to_owned();
    shop.sell(&path).await;
    current().unwrap().set_actor(path.as_str());
    match path.as_str() {
        "/panic" => panic!("in the handler"),
        "/wait" => pending().await,
        _ => Ok(answer("sold")),
    }
}

fn own(path: &str) -> Sold {
    sold(path, Some(path), path)
}

/// Sends requests one after the other from this very task, some of which end early.
async fn send_all<S, B>(shop: &Shop, mut service: S) -> Vec<Option<StatusCode>>
where
    S: Service<Request<()>, Response = http::Response<B>>,
    B: http_body::Body,
{
    let mut answers = Vec::new();
    for (method, path) in [
        ("POST", "/one"),
        ("POST", "/panic"),
        ("GET", "/two"),
        ("GET", "/panic"),
        ("POST", "/wait"),
        ("GET", "/three"),
        ("GET", "/wait"),
        ("POST", "/four"),
    ] {
        let ready = service.ready().await.ok().unwrap();
        let answer = ready.call(request(method, path)).await.ok();
        assert!(current().is_none());
        answers.push(match answer {
            Some(answer) => {
                let status = answer.status();
                let _ = answer.into_body().collect().await;
                Some(status)
            }
            None => None,
        });
    }
    let paths = [
        "/one", "/panic", "/two", "/panic", "/wait", "/three", "/wait", "/four",
    ];
    shop.until_sold(&paths.map(own)).await;
    assert_eq!(shop.headers().await.len(), 8);
    answers
}

const EXPECTED: [Option<StatusCode>; 8] = [
    Some(StatusCode::OK),
    Some(StatusCode::INTERNAL_SERVER_ERROR),
    Some(StatusCode::OK),
    Some(StatusCode::INTERNAL_SERVER_ERROR),
    None,
    Some(StatusCode::OK),
    None,
    Some(StatusCode::OK),
];

fn time_out() -> TimeoutLayer {
    TimeoutLayer::new(Duration::from_millis(300))
}

#[tokio::test]
async fn panics_and_time_outs_outside_of_the_layer_leave_nothing_behind() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |request| handle(inside.clone(), request));
    let service = ChangesetLayer::standard().layer(service);
    let service = time_out().layer(CatchPanicLayer::new().layer(service));
    assert_eq!(send_all(&shop, service).await, EXPECTED);
}

#[tokio::test]
async fn panics_and_time_outs_inside_of_the_layer_leave_nothing_behind() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |request| handle(inside.clone(), request));
    let service = time_out().layer(CatchPanicLayer::new().layer(service));
    let service = ChangesetLayer::standard().layer(service);
    assert_eq!(send_all(&shop, service).await, EXPECTED);
}

#[tokio::test]
async fn a_panic_in_a_body_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        let frames = futures_util::stream::once(async move {
            shop.sell("one").await;
            current().unwrap().set_actor("user:1");
            if shop.sold().await.len() == 1 {
                panic!("in the body");
            }
            let frame = http_body::Frame::data(axum::body::Bytes::from("sold"));
            Ok::<_, BoxError>(frame)
        });
        let body = http_body_util::StreamBody::new(frames);
        async { Ok::<_, Infallible>(http::Response::new(body)) }
    });
    let service = ChangesetLayer::standard().layer(service);
    let first = service
        .clone()
        .oneshot(request("POST", "/1"))
        .await
        .unwrap();
    let reading = std::panic::AssertUnwindSafe(first.into_body().collect());
    let caught = futures_util::FutureExt::catch_unwind(reading).await;
    assert!(caught.is_err());
    assert!(current().is_none());
    let second = service.oneshot(request("POST", "/2")).await.unwrap();
    second.into_body().collect().await.unwrap();
    let expected = ["/1", "/2"].map(|path| sold("one", Some("user:1"), path));
    shop.until_sold(&expected).await;
}

#[tokio::test]
async fn a_request_that_is_dropped_while_it_waits_closes_its_changeset() {
    struct SeenOnDrop(std::sync::mpsc::Sender<bool>);

    impl Drop for SeenOnDrop {
        fn drop(&mut self) {
            self.0.send(current().is_some()).unwrap();
        }
    }

    let (send, receive) = std::sync::mpsc::channel();
    let service = service_fn(move |_: Request<()>| {
        let seen = SeenOnDrop(send.clone());
        async move {
            let _seen = seen;
            pending::<Result<Answer, Infallible>>().await
        }
    });
    for method in ["POST", "GET"] {
        let mut service = ChangesetLayer::standard().layer(service.clone());
        let mut response = Box::pin(service.call(request(method, "/")));
        let mut context = Context::from_waker(Waker::noop());
        assert!(response.as_mut().poll(&mut context).is_pending());
        assert!(current().is_none());
        drop(response);
        assert!(current().is_none());
        assert!(
            receive.recv().unwrap(),
            "it is dropped inside its changeset"
        );
    }
}

#[test]
fn a_request_that_is_dropped_outside_of_a_runtime_does_no_harm() {
    let service = service_fn(|_: Request<()>| {
        struct Leaver;
        impl changesets_core::OnExit for Leaver {
            fn leave<'a>(
                &'a self,
                _: &'a crate::Current,
            ) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
                Box::pin(async { panic!("nobody can run this") })
            }
        }
        current().unwrap().on_exit(1, std::sync::Arc::new(Leaver));
        pending::<Result<Answer, Infallible>>()
    });
    let mut service = ChangesetLayer::standard().layer(service);
    drop(service.call(request("POST", "/")));
}
