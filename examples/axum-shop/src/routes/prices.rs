//! All prices at once, in one statement.

use axum::{Json, extract::State};
use changesets_seaorm::current;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::products::MAX_PRICE;
use crate::{
    App, Error, ErrorBody,
    auth::User,
    database,
    entity::{product, product_tag, tag},
    input::{Body, Text},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change))
}

/// By how much, of which products, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceChange {
    /// From -90 to 1000.
    percent: i64,
    /// Only products with this tag.
    #[schema(value_type = Option<String>)]
    tag: Option<Text<40>>,
    /// What the history says about it.
    #[schema(value_type = Option<String>)]
    reason: Option<Text<200>>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
struct Changed {
    /// How many products it was about.
    products: u64,
}

/// Changes many prices at once.
#[utoipa::path(post, path = "/prices", request_body = PriceChange, responses(
    (status = 200, body = Changed),
    (status = "4XX", body = ErrorBody),
))]
async fn change(
    State(app): State<App>,
    _: User,
    Body(change): Body<PriceChange>,
) -> Result<Json<Changed>, Error> {
    let percent = change.percent;
    if percent == 0 || !(-90..=1000).contains(&percent) {
        return Err(Error::Input(format!(
            "`percent` is {percent}: send a number from -90 to 1000, but not 0"
        )));
    }
    if let (Some(changeset), Some(reason)) = (current(), change.reason) {
        changeset.set_reason(reason);
    }
    let work = changed(app, percent, change.tag.map(tagged));
    Ok(Json(database::to_its_end(work).await?))
}

async fn changed(app: App, percent: i64, which: Option<SimpleExpr>) -> Result<Changed, Error> {
    let transaction = database::begin(&app.db).await?;
    let too_high = product::Entity::find()
        .filter(product::Column::PriceCents.gt(MAX_PRICE * 100 / (100 + percent)))
        .apply_if(which.clone(), QueryFilter::filter)
        .one(&transaction)
        .await?;
    if let Some(product) = too_high {
        return Err(Error::Conflict(format!(
            "product {} would cost more than {MAX_PRICE} cents",
            product.id
        )));
    }
    let price = Expr::col(product::Column::PriceCents).mul(100 + percent);
    let changed = product::Entity::update_many()
        .col_expr(
            product::Column::PriceCents,
            Func::round(price.div(100.0)).into(),
        )
        .apply_if(which, QueryFilter::filter)
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(Changed {
        products: changed.rows_affected,
    })
}

/// The products with this tag.
fn tagged(name: Text<40>) -> SimpleExpr {
    let products = product_tag::Entity::find()
        .select_only()
        .column(product_tag::Column::ProductId)
        .inner_join(tag::Entity)
        .filter(tag::Column::Name.eq(String::from(name)))
        .into_query();
    product::Column::Id.in_subquery(products)
}
