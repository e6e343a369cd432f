//! The changeset around each request.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use changesets_seaorm::{Changeset, current};

/// Opens a changeset around a request that may write.
pub(crate) async fn around(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let mut changeset = Changeset::new()
        .context("method", request.method().as_str())
        .context("path", request.uri().path());
    if let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        changeset = changeset.context("client_address", address.ip().to_string());
    }
    for (header, entry) in [
        ("user-agent", "user_agent"),
        ("x-request-id", "request_id"),
        ("x-tenant", "x-tenant"),
    ] {
        let value = request.headers().get(header);
        if let Some(text) = value.and_then(|value| value.to_str().ok()) {
            changeset = changeset.context(entry, text);
        }
    }
    changeset.scope(next.run(request)).await
}

/// Tells the client under which changeset its writes are, in `x-changeset`.
pub(crate) async fn tell(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let id = current().map(|changeset| HeaderValue::try_from(changeset.id().to_string()));
    if let Some(Ok(id)) = id {
        response.headers_mut().insert("x-changeset", id);
    }
    response
}
