//! The shop's routes, and what stands around all of them.

mod changesets;
mod customers;
mod faults;
mod history;
mod orders;
mod prices;
mod products;
mod recorded;
mod session;
mod tags;

use std::any::Any;

use axum::{
    Json, Router,
    http::{Method, StatusCode, Uri},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{App, Config, Error, changeset, error, header};

#[derive(OpenApi)]
#[openapi(info(
    title = "axum-shop",
    description = "A small shop whose every change is on record."
))]
struct Description;

/// Everything the shop answers.
pub(crate) fn router(app: App, config: &Config) -> Router {
    let (router, description) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(changesets::routes())
        .merge(customers::routes())
        .merge(history::routes())
        .merge(orders::routes())
        .merge(prices::routes())
        .merge(products::routes())
        .merge(session::routes())
        .merge(tags::routes())
        .split_for_parts();
    let mut router = router.route("/openapi.json", get(async || Json(description)));
    if config.faults {
        router = router.merge(faults::routes());
    }
    let around = ServiceBuilder::new()
        .layer(from_fn(error::with_body))
        .layer(from_fn(header::check))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            config.timeout,
        ));
    router
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn(changeset::tell))
        .layer(changeset::layer())
        .layer(around)
        .with_state(app)
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(said, "a handler panicked");
    Error::Panicked.into_response()
}

async fn no_such_path(uri: Uri) -> Error {
    Error::NotFound(format!("`{}`: see /openapi.json", uri.path()))
}

async fn no_such_method(method: Method, uri: Uri) -> Error {
    Error::Rejected {
        status: StatusCode::METHOD_NOT_ALLOWED,
        message: format!("`{}` does not know {method}: see /openapi.json", uri.path()),
    }
}
