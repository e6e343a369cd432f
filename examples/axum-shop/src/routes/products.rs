//! What the shop sells.

use axum::{Json, extract::State, http::StatusCode};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, LoaderTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    App, Error, ErrorBody,
    auth::User,
    entity::{product, tag},
    input::{Body, InPath, Parameters, Text},
    page::{self, Page},
};

/// What the most expensive product may cost, in cents.
pub(super) const MAX_PRICE: i64 = 1_000_000_000_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Product {
    id: i32,
    name: String,
    price_cents: i64,
    stock: i32,
    tags: Vec<String>,
}

/// A product to sell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProduct {
    #[schema(value_type = String)]
    name: Text<80>,
    price_cents: i64,
    #[serde(default)]
    stock: i32,
}

/// What to change of a product.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProductChange {
    #[schema(value_type = Option<String>)]
    name: Option<Text<80>>,
    price_cents: Option<i64>,
    stock: Option<i32>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// How many, at most 100.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<i32>,
}

/// All products.
#[utoipa::path(get, path = "/products", params(Which), responses(
    (status = 200, body = Page<Product>),
    (status = "4XX", body = ErrorBody),
))]
async fn list(
    State(app): State<App>,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Page<Product>>, Error> {
    let size = page::size(which.limit)?;
    let mut query = product::Entity::find().cursor_by(product::Column::Id);
    if let Some(after) = which.after {
        query.after(after);
    }
    let products = query.first(size + 1).all(&app.db).await?;
    let products = with_tags(&app.db, products).await?;
    let cursor = |product: &Product| product.id.to_string();
    Ok(Json(Page::of(products, size, cursor, |product| product)))
}

/// Adds a product.
#[utoipa::path(post, path = "/products", request_body = NewProduct, responses(
    (status = 201, body = Product),
    (status = "4XX", body = ErrorBody),
))]
async fn create(
    State(app): State<App>,
    _: User,
    Body(new): Body<NewProduct>,
) -> Result<(StatusCode, Json<Product>), Error> {
    let product = product::ActiveModel {
        name: Set(new.name.into()),
        price_cents: Set(price(new.price_cents)?),
        stock: Set(stock(new.stock)?),
        ..Default::default()
    };
    let product = product.insert(&app.db).await?;
    Ok((StatusCode::CREATED, Json(of(&app.db, product).await?)))
}

/// One product.
#[utoipa::path(get, path = "/products/{id}", params(("id" = i32, Path)), responses(
    (status = 200, body = Product),
    (status = "4XX", body = ErrorBody),
))]
async fn show(State(app): State<App>, InPath(id): InPath<i32>) -> Result<Json<Product>, Error> {
    let product = find(&app.db, id).await?;
    Ok(Json(of(&app.db, product).await?))
}

/// Changes a product.
#[utoipa::path(patch, path = "/products/{id}", params(("id" = i32, Path)),
    request_body = ProductChange, responses(
    (status = 200, body = Product),
    (status = "4XX", body = ErrorBody),
))]
async fn change(
    State(app): State<App>,
    _: User,
    InPath(id): InPath<i32>,
    Body(change): Body<ProductChange>,
) -> Result<Json<Product>, Error> {
    let mut product: product::ActiveModel = find(&app.db, id).await?.into();
    if let Some(name) = change.name {
        product.name = Set(name.into());
    }
    if let Some(cents) = change.price_cents {
        product.price_cents = Set(price(cents)?);
    }
    if let Some(pieces) = change.stock {
        product.stock = Set(stock(pieces)?);
    }
    let product = product.update(&app.db).await?;
    Ok(Json(of(&app.db, product).await?))
}

/// Takes a product off the list, unless it was ever sold.
#[utoipa::path(delete, path = "/products/{id}", params(("id" = i32, Path)), responses(
    (status = 204),
    (status = "4XX", body = ErrorBody),
))]
async fn remove(
    State(app): State<App>,
    _: User,
    InPath(id): InPath<i32>,
) -> Result<StatusCode, Error> {
    let removed = product::Entity::delete_by_id(id).exec(&app.db).await?;
    match removed.rows_affected {
        0 => Err(Error::no_product(id)),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// The product with this id.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: i32) -> Result<product::Model, Error> {
    let found = product::Entity::find_by_id(id).one(db).await?;
    found.ok_or_else(|| Error::no_product(id))
}

/// A product as clients see it.
pub(super) async fn of<C: ConnectionTrait>(
    db: &C,
    product: product::Model,
) -> Result<Product, Error> {
    let mut products = with_tags(db, vec![product]).await?;
    products
        .pop()
        .ok_or_else(|| Error::NotFound("such product".to_owned()))
}

async fn with_tags<C: ConnectionTrait>(
    db: &C,
    products: Vec<product::Model>,
) -> Result<Vec<Product>, Error> {
    let tags = products.load_many(tag::Entity, db).await?;
    let both = products.into_iter().zip(tags);
    Ok(both
        .map(|(product, tags)| {
            let mut tags: Vec<String> = tags.into_iter().map(|tag| tag.name).collect();
            tags.sort_unstable();
            Product {
                id: product.id,
                name: product.name,
                price_cents: product.price_cents,
                stock: product.stock,
                tags,
            }
        })
        .collect())
}

fn price(cents: i64) -> Result<i64, Error> {
    if (0..=MAX_PRICE).contains(&cents) {
        return Ok(cents);
    }
    Err(Error::Input(format!(
        "`price_cents` is {cents}: send a number from 0 to {MAX_PRICE}"
    )))
}

fn stock(pieces: i32) -> Result<i32, Error> {
    if pieces >= 0 {
        return Ok(pieces);
    }
    Err(Error::Input(format!("`stock` is {pieces}: send 0 or more")))
}
