//! What tower asks of a layer.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll, Waker},
};

use axum::body::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::{
    Changeset, current,
    tower::{ChangesetBody, ChangesetLayer, ChangesetResponse, ChangesetService},
};

use super::shop::{Answer, Shop, answer, request, sold};

/// Must be polled ready before each call, as a rate limit or a semaphore must.
#[derive(Debug, Default)]
struct Strict {
    polls: u32,
    ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<()>> for Strict {
    type Response = Answer;
    type Error = Infallible;
    type Future = Ready<Result<Answer, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.polls += 1;
        self.ready = self.polls > 1;
        match self.ready {
            true => Poll::Ready(Ok(())),
            false => Poll::Pending,
        }
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "it was not polled ready");
        assert!(current().is_some());
        self.polls = 0;
        ready(Ok(answer("ok")))
    }
}

async fn call_twice<S>(mut service: S)
where
    S: Service<Request<()>, Error = Infallible>,
    S::Response: std::fmt::Debug,
{
    for method in ["POST", "GET", "POST"] {
        let mut context = Context::from_waker(Waker::noop());
        assert!(service.poll_ready(&mut context).is_pending());
        assert!(service.poll_ready(&mut context).is_ready());
        service.call(request(method, "/")).await.unwrap();
    }
}

#[tokio::test]
async fn readiness_is_the_inner_services_own() {
    call_twice(ChangesetLayer::standard().layer(Strict::default())).await;
}

#[tokio::test]
async fn the_service_that_was_polled_ready_is_the_one_that_is_called() {
    let layer = ChangesetLayer::new_async(|_| async {
        tokio::task::yield_now().await;
        Changeset::new()
    });
    call_twice(layer.layer(Strict::default())).await;
}

#[tokio::test]
async fn an_error_of_the_service_comes_through_and_ends_the_scope() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move {
            let _ = shop.sell_then_name("one", "user:1").await;
            Err::<Answer, _>("broken")
        }
    });
    let service = ChangesetLayer::standard().layer(service);
    let result = service.oneshot(request("POST", "/sale")).await;
    assert_eq!(result.unwrap_err(), "broken");
    assert_eq!(shop.sold().await, [sold("one", Some("user:1"), "/sale")]);
}

#[tokio::test]
async fn the_request_arrives_as_it_was_sent() {
    let service = service_fn(|request: Request<Full<Bytes>>| async move {
        let (parts, body) = request.into_parts();
        assert_eq!(parts.uri, "/a?b=c");
        assert_eq!(parts.headers["x-one"], "1");
        assert_eq!(parts.extensions.get::<u8>(), Some(&7));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "body");
        let mut response = answer("ok");
        response.extensions_mut().insert(8_u8);
        Ok::<_, Infallible>(response)
    });
    for method in ["POST", "GET"] {
        let request = Request::builder()
            .method(method)
            .uri("/a?b=c")
            .header("x-one", "1")
            .extension(7_u8)
            .body(Full::from("body"))
            .unwrap();
        let service = ChangesetLayer::standard().layer(service);
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.extensions().get::<u8>(), Some(&8));
        assert_eq!(
            response.into_body().collect().await.unwrap().to_bytes(),
            "ok"
        );
    }
}

#[test]
fn services_responses_and_bodies_go_from_thread_to_thread() {
    fn assert_send<T: Send + 'static>() {}
    fn assert_sync<T: Sync>() {}
    assert_send::<ChangesetService<Strict>>();
    assert_sync::<ChangesetService<Strict>>();
    assert_send::<ChangesetResponse<Ready<Result<Answer, Infallible>>>>();
    assert_send::<Response<ChangesetBody<Full<Bytes>>>>();
}
