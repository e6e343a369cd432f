//! Requests that mean harm.

use std::convert::Infallible;

use http::{HeaderValue, Request};
use http_body_util::BodyExt;
use serde_json::{Map, Value as Json};
use tower::{Layer, ServiceExt, service_fn};

use crate::tower::{ChangesetLayer, MAX_ENTRY_BYTES};

use super::shop::{Shop, answer, request};

/// The context that the log keeps of a request to sell something.
async fn kept(request: Request<()>) -> Map<String, Json> {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move {
            shop.sell("one").await;
            Ok::<_, Infallible>(answer("ok"))
        }
    });
    let layer = ChangesetLayer::standard().header("x-tenant");
    let response = layer.layer(service).oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    let header = shop.headers().await.remove(0);
    header.context.as_object().unwrap().clone()
}

async fn kept_agent(agent: &[u8]) -> String {
    let mut request = request("POST", "/");
    let agent = HeaderValue::from_bytes(agent).unwrap();
    request.headers_mut().insert("user-agent", agent);
    kept(request).await["user_agent"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_user_agent_of_a_mebibyte_is_shortened() {
    let agent = kept_agent(&vec![b'a'; 1 << 20]).await;
    assert_eq!(agent, format!("{}…", "a".repeat(MAX_ENTRY_BYTES - 3)));
    let fits = "a".repeat(MAX_ENTRY_BYTES);
    assert_eq!(kept_agent(fits.as_bytes()).await, fits);
    let cut = kept_agent(format!("{fits}a").as_bytes()).await;
    assert_eq!(cut.len(), MAX_ENTRY_BYTES);
}

#[tokio::test]
async fn text_is_cut_between_characters() {
    for shift in 0..4 {
        let agent = format!("{}{}", "x".repeat(shift), "🦀".repeat(200));
        let kept = kept_agent(agent.as_bytes()).await;
        let (head, end) = kept.split_at(kept.len() - 3);
        assert!(agent.starts_with(head) && end == "…", "{kept}");
        assert!(kept.len() > MAX_ENTRY_BYTES - 4 && kept.len() <= MAX_ENTRY_BYTES);
    }
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_replaced() {
    assert_eq!(kept_agent(b"a\xffb\xc3").await, "a\u{fffd}b\u{fffd}");
    let agent = kept_agent(&[0xff; 4096]).await;
    assert!(agent.len() <= MAX_ENTRY_BYTES);
    assert!(agent.trim_end_matches('…').chars().all(|c| c == '\u{fffd}'));
}

#[tokio::test]
async fn quotes_and_markup_come_back_as_they_were() {
    let agent = "\"'; DROP TABLE changeset; -- \\ <b>\t{}";
    assert_eq!(kept_agent(agent.as_bytes()).await, agent);
}

#[tokio::test]
async fn thousands_of_headers_of_one_name_stay_one_entry() {
    let mut request = request("POST", "/");
    for _ in 0..5000 {
        let value = HeaderValue::from_static("tenant");
        request.headers_mut().append("x-tenant", value);
    }
    let kept = kept(request).await;
    assert_eq!(kept["x-tenant"].as_str().unwrap().len(), MAX_ENTRY_BYTES);
    assert!(
        kept["x-tenant"]
            .as_str()
            .unwrap()
            .starts_with("tenant, tenant")
    );
}

#[tokio::test]
async fn all_of_it_together_stays_bounded() {
    let path = format!("/{}", "%22".repeat(10_000));
    let mut request = Request::builder()
        .method("M".repeat(5000).as_str())
        .uri(path.as_str())
        .body(())
        .unwrap();
    for name in ["user-agent", "x-request-id", "traceparent", "x-tenant"] {
        let value = HeaderValue::from_bytes(&[b'"'; 100_000]).unwrap();
        request.headers_mut().insert(name, value);
    }
    let kept = kept(request).await;
    let keys: Vec<_> = kept.keys().map(String::as_str).collect();
    let expected = [
        "method",
        "path",
        "request_id",
        "traceparent",
        "user_agent",
        "x-tenant",
    ];
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    for (key, value) in &kept {
        assert_eq!(value.as_str().unwrap().len(), MAX_ENTRY_BYTES, "{key}");
    }
}
