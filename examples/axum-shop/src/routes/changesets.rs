//! What happened in the whole shop, request by request.

use axum::{Json, extract::State};
use changesets_seaorm::{
    feed,
    log::{change, changeset},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::recorded::{Change, Changeset};
use crate::{
    App, Error, ErrorBody,
    input::{InPath, Parameters, Text, Time},
    page::{self, Page},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
}

/// Which changesets.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only of this actor, such as `customer:1`.
    #[param(value_type = Option<String>)]
    actor: Option<Text<100>>,
    /// Only those that changed this entity, such as `product`.
    #[param(value_type = Option<String>)]
    entity: Option<Text<64>>,
    /// Only those that changed the row with this key of the entity: `7`, or `[7,2]`.
    #[param(value_type = Option<String>)]
    key: Option<Text<100>>,
    /// Only those opened at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Time>,
    /// Only those opened before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// How many, at most 100.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<Uuid>,
}

/// Which changes of a changeset.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichChanges {
    /// How many, at most 100.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<i64>,
}

/// A changeset, and a page of its changes.
#[derive(Debug, Serialize, ToSchema)]
struct Whole {
    #[serde(flatten)]
    changeset: Changeset,
    changes: Page<Change>,
}

/// Who changed anything, and when, newest first.
#[utoipa::path(get, path = "/changesets", params(Which), responses(
    (status = 200, body = Page<Changeset>),
    (status = "4XX", body = ErrorBody),
))]
async fn list(
    State(app): State<App>,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Page<Changeset>>, Error> {
    let size = page::size(which.limit)?;
    let changed = changed(&app, which.entity, which.key)?;
    let actor = which.actor.map(String::from);
    let headers = changeset::Entity::find()
        .apply_if(actor, |q, actor| {
            q.filter(changeset::Column::Actor.eq(actor))
        })
        .apply_if(changed, QueryFilter::filter)
        .apply_if(which.since, |q, since| {
            q.filter(changeset::Column::CreatedAt.gte(since.0))
        })
        .apply_if(which.until, |q, until| {
            q.filter(changeset::Column::CreatedAt.lt(until.0))
        })
        .apply_if(which.after, |q, after| {
            q.filter(changeset::Column::Id.lt(after))
        })
        // Ids of version 7 rise with time.
        .order_by_desc(changeset::Column::Id)
        .limit(size + 1)
        .all(&app.db)
        .await?;
    Ok(Json(Page::of(
        headers,
        size,
        |header| header.id.to_string(),
        Changeset::from,
    )))
}

/// One changeset with its changes, oldest first.
#[utoipa::path(get, path = "/changesets/{id}", params(("id" = Uuid, Path), WhichChanges), responses(
    (status = 200, body = Whole),
    (status = "4XX", body = ErrorBody),
))]
async fn show(
    State(app): State<App>,
    InPath(id): InPath<Uuid>,
    Parameters(which): Parameters<WhichChanges>,
) -> Result<Json<Whole>, Error> {
    let size = page::size(which.limit)?;
    let header = changeset::Entity::find_by_id(id).one(&app.db).await?;
    let header = header.ok_or_else(|| Error::NotFound(format!("changeset {id}")))?;
    let changes = feed().by_changeset(id.into()).oldest_first();
    let mut changes = changes.cursor().first(size + 1);
    if let Some(after) = which.after {
        changes = changes.after(after);
    }
    let changes = changes.all(&app.db).await?;
    Ok(Json(Whole {
        changeset: header.into(),
        changes: Page::of(
            changes,
            size,
            |change| change.id().to_string(),
            Change::from,
        ),
    }))
}

/// Whether a changeset changed this entity, or this row of it.
fn changed(
    app: &App,
    entity: Option<Text<64>>,
    key: Option<Text<100>>,
) -> Result<Option<SimpleExpr>, Error> {
    let Some(entity) = entity else {
        return match key {
            Some(_) => Err(Error::Input("`key` needs an `entity`".to_owned())),
            None => Ok(None),
        };
    };
    let known = app
        .entities
        .iter()
        .find(|(name, _)| name == entity.as_str());
    let Some((entity, columns)) = known else {
        let names: Vec<&str> = app.entities.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Error::Input(format!(
            "`entity` is `{}`: send one of {}",
            entity.as_str(),
            names.join(", ")
        )));
    };
    let mut changes = Query::select();
    changes
        .column(change::Column::ChangesetId)
        .from(change::Entity)
        .and_where(change::Column::Entity.eq(entity));
    if let Some(key) = key {
        if !is_key(key.as_str(), *columns) {
            let example = if *columns == 1 { "7" } else { "[7,2]" };
            return Err(Error::Input(format!(
                "`key` is `{}`, which is no key of `{entity}`: send one such as {example}",
                key.as_str()
            )));
        }
        changes.and_where(change::Column::ObjectKey.eq(key.as_str()));
    }
    let id = Expr::col((changeset::Entity, changeset::Column::Id));
    Ok(Some(id.in_subquery(changes)))
}

/// All keys of the shop are made of numbers.
fn is_key(text: &str, columns: usize) -> bool {
    match columns {
        1 => text.parse::<i32>().is_ok(),
        _ => serde_json::from_str::<Vec<i32>>(text).is_ok_and(|key| key.len() == columns),
    }
}
