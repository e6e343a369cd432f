//! Work that a handler gives to others.

use std::convert::Infallible;

use http::Request;
use http_body_util::BodyExt;
use tokio::{runtime::Handle, task::JoinSet};
use tower::{Layer, ServiceExt, service_fn};

use crate::{Changeset, InCurrentChangeset, carry, current, tower::ChangesetLayer};

use super::shop::{Shop, answer, request, sold};

#[tokio::test]
async fn carried_tasks_write_in_the_changeset_of_their_request() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let service = service_fn(move |_: Request<()>| {
        let shop = inside.clone();
        async move {
            let one = shop.clone();
            let task = async move { one.sell("task").await };
            tokio::spawn(task.in_current_changeset()).await.unwrap();
            let mut set = JoinSet::new();
            let two = shop.clone();
            set.spawn(async move { two.sell("set").await }.in_current_changeset());
            set.join_all().await;
            let blocking = carry(move || Handle::current().block_on(shop.sell("blocking")));
            tokio::task::spawn_blocking(blocking).await.unwrap();
            Ok::<_, Infallible>(answer("ok"))
        }
    });
    let layer = ChangesetLayer::new(|parts| {
        let context = crate::tower::RequestContext::new();
        context.changeset(parts).actor("user:1")
    });
    let response = layer.layer(service).oneshot(request("GET", "/sale")).await;
    response.unwrap().into_body().collect().await.unwrap();
    let expected = ["task", "set", "blocking"].map(|lamp| sold(lamp, Some("user:1"), "/sale"));
    assert_eq!(shop.sold().await, expected);
    assert_eq!(shop.headers().await.len(), 1);
}

#[tokio::test]
async fn a_background_job_has_its_own_changeset_with_the_request_as_parent() {
    let shop = Shop::open().await;
    let inside = shop.clone();
    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let service = service_fn(move |_: Request<()>| {
        let (shop, send) = (inside.clone(), send.clone());
        async move {
            shop.sell("now").await;
            let parent = current().unwrap().id();
            let job = Changeset::new().actor("job").parent(parent);
            let work = tokio::spawn(job.scope(async move { shop.sell("later").await }));
            send.send(work).await.unwrap();
            Ok::<_, Infallible>(answer("ok"))
        }
    });
    let service = ChangesetLayer::standard().layer(service);
    let response = service.oneshot(request("POST", "/sale")).await.unwrap();
    response.into_body().collect().await.unwrap();
    receive.recv().await.unwrap().await.unwrap();
    let headers = shop.headers().await;
    assert_eq!(headers.len(), 2);
    assert_eq!(headers[1].parent_id, Some(headers[0].id));
    assert_eq!(headers[1].actor.as_deref(), Some("job"));
    assert_eq!(headers[0].parent_id, None);
}
