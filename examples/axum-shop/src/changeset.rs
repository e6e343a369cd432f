//! The changeset around each request.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use changesets_seaorm::{Current, current, tower::ChangesetLayer};

/// Opens a changeset around each request, with what is worth keeping of it.
pub(crate) fn layer() -> ChangesetLayer {
    ChangesetLayer::standard()
        .client_address(|parts| Some(parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))
        .header("x-tenant")
}

/// Tells the client under which changeset its writes are, in `x-changeset`.
pub(crate) async fn tell(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // A GET has one only if it wrote.
    let used = current().filter(Current::is_used);
    let id = used.map(|changeset| HeaderValue::try_from(changeset.id().to_string()));
    if let Some(Ok(id)) = id {
        response.headers_mut().insert("x-changeset", id);
    }
    response
}
