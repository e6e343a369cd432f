//! What happened to a product.

use axum::{Json, extract::State};
use changesets_seaorm::history_of;
use sea_orm::EntityTrait;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::recorded::Change;
use crate::{
    App, Error, ErrorBody,
    entity::product,
    input::{InPath, Parameters, Text, Time},
    page::{self, Page},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_product))
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only what this actor did.
    #[param(value_type = Option<String>)]
    actor: Option<Text<100>>,
    /// Only what was done at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Time>,
    /// Only what was done before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// How many, at most 100.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<i64>,
}

/// What happened to a product and its tags, newest first; also of one that is gone.
#[utoipa::path(get, path = "/products/{id}/history", params(("id" = i32, Path), Which), responses(
    (status = 200, body = Page<Change>),
    (status = "4XX", body = ErrorBody),
))]
async fn of_product(
    State(app): State<App>,
    InPath(id): InPath<i32>,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Page<Change>>, Error> {
    let size = page::size(which.limit)?;
    let everything = history_of::<product::Entity>(id);
    let mut history = everything.clone();
    if let Some(actor) = which.actor {
        history = history.by_actor(actor);
    }
    if let Some(since) = which.since {
        history = history.since(since.0);
    }
    if let Some(until) = which.until {
        history = history.until(until.0);
    }
    let mut cursor = history.cursor().first(size + 1);
    if let Some(after) = which.after {
        cursor = cursor.after(after);
    }
    let changes = cursor.all(&app.db).await?;
    if changes.is_empty()
        && product::Entity::find_by_id(id)
            .one(&app.db)
            .await?
            .is_none()
        && everything.one(&app.db).await?.is_none()
    {
        return Err(Error::no_product(id));
    }
    Ok(Json(Page::of(
        changes,
        size,
        |change| change.id().to_string(),
        |change| Change::from(change.into_entry()),
    )))
}
