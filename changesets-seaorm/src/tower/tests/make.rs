//! What a changeset is made of.

use std::{convert::Infallible, net::IpAddr};

use http::{Request, request::Parts};
use serde_json::{Value as Json, json};
use tower::{Layer, ServiceExt, service_fn};

use crate::{Changeset, Metadata, current, tower::ChangesetLayer};

use super::shop::{Answer, answer, request};

/// The metadata that a service sees which `layer` is around.
async fn seen<M>(layer: ChangesetLayer<M>, request: Request<()>) -> Metadata
where
    M: crate::tower::MakeChangeset,
{
    let (send, receive) = std::sync::mpsc::channel();
    let service = service_fn(move |_: Request<()>| {
        send.send(current().unwrap().metadata()).unwrap();
        async { Ok::<Answer, Infallible>(answer("ok")) }
    });
    layer.layer(service).oneshot(request).await.unwrap();
    receive.recv().unwrap()
}

fn full_request() -> Request<()> {
    Request::post("/shop/sale?token=secret#top")
        .header("user-agent", "curl/8")
        .header("x-request-id", "r-1")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        )
        .header("X-Tenant", "acme")
        .header("x-other", "not asked for")
        .body(())
        .unwrap()
}

#[tokio::test]
async fn a_standard_changeset_says_which_request_it_belongs_to() {
    let metadata = seen(ChangesetLayer::standard(), full_request()).await;
    let expected = json!({
        "method": "POST",
        "path": "/shop/sale",
        "user_agent": "curl/8",
        "request_id": "r-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    });
    assert_eq!(Json::Object(metadata.context), expected);
    assert_eq!(metadata.actor, None);
}

#[tokio::test]
async fn what_a_request_lacks_is_left_out() {
    let metadata = seen(ChangesetLayer::standard(), request("PUT", "/")).await;
    let expected = json!({"method": "PUT", "path": "/"});
    assert_eq!(Json::Object(metadata.context), expected);
}

#[tokio::test]
async fn address_and_chosen_headers_are_added() {
    let layer = ChangesetLayer::standard()
        .client_address(|parts| parts.extensions.get::<IpAddr>().copied())
        .header("x-tenant")
        .header("x-none")
        .header("no name of a header");
    for method in ["DELETE", "GET"] {
        let mut request = request(method, "/a");
        let address: IpAddr = "2001:db8::7".parse().unwrap();
        request.extensions_mut().insert(address);
        for tenant in ["acme", "other"] {
            request
                .headers_mut()
                .append("X-Tenant", tenant.parse().unwrap());
        }
        let expected = json!({
            "method": method,
            "path": "/a",
            "client_address": "2001:db8::7",
            "x-tenant": "acme, other",
        });
        let metadata = seen(layer.clone(), request).await;
        assert_eq!(Json::Object(metadata.context), expected);
    }
}

#[tokio::test]
async fn credentials_are_never_kept() {
    let layer = ChangesetLayer::standard()
        .header("authorization")
        .header("cookie")
        .header("x-marked");
    let mut request = request("POST", "/");
    let headers = request.headers_mut();
    headers.insert("authorization", "Bearer abc".parse().unwrap());
    headers.insert("cookie", "session=abc".parse().unwrap());
    let mut marked: http::HeaderValue = "abc".parse().unwrap();
    marked.set_sensitive(true);
    headers.insert("x-marked", marked);
    let context = seen(layer, request).await.context;
    for name in ["authorization", "cookie", "x-marked"] {
        assert_eq!(context[name], "(sensitive)");
    }
}

#[tokio::test]
async fn a_function_makes_the_changeset() {
    let layer = ChangesetLayer::new(|parts: &Parts| {
        Changeset::new().actor("user:42").reason(parts.uri.path())
    });
    let metadata = seen(layer, request("POST", "/sale")).await;
    assert_eq!(metadata.actor.unwrap().id, "user:42");
    assert_eq!(metadata.reason.as_deref(), Some("/sale"));
    assert_eq!(Json::Object(metadata.context), json!({}));
}

#[tokio::test]
async fn an_async_function_makes_it_before_the_service_is_called() {
    let layer = ChangesetLayer::new_async(|parts: &Parts| {
        let path = parts.uri.path().to_owned();
        async move {
            assert!(current().is_none());
            tokio::task::yield_now().await;
            Changeset::new().actor("user:42").reason(path)
        }
    });
    let service = service_fn(|_: Request<()>| {
        let here = current().unwrap();
        async move {
            assert_eq!(current().unwrap().id(), here.id());
            Ok::<_, Infallible>(answer("ok").map(|_| format!("{:?}", here.metadata().reason)))
        }
    });
    let response = layer.layer(service).oneshot(request("POST", "/sale")).await;
    let body = http_body_util::BodyExt::collect(response.unwrap().into_body()).await;
    assert_eq!(body.unwrap().to_bytes(), "Some(\"/sale\")");
}

#[tokio::test]
async fn layers_nest() {
    let inner = ChangesetLayer::new(|_| Changeset::new().reason("inner"));
    let outer = ChangesetLayer::new(|_| Changeset::new().reason("outer"));
    for method in ["POST", "GET"] {
        let service = service_fn(|_: Request<()>| async {
            let here = current().unwrap();
            assert_eq!(here.metadata().reason.as_deref(), Some("inner"));
            Ok::<_, Infallible>(answer(match here.parent() {
                Some(parent) if parent != here.id() => "nested",
                _ => "alone",
            }))
        });
        let service = outer.layer(inner.layer(service));
        let response = service.oneshot(request(method, "/")).await.unwrap();
        let body = http_body_util::BodyExt::collect(response.into_body()).await;
        assert_eq!(body.unwrap().to_bytes(), "nested");
    }
}
