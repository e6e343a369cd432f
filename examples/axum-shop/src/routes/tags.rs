//! Words on products.

use axum::{Json, extract::State};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::products::{self, Product};
use crate::{
    App, Error, ErrorBody,
    auth::User,
    database,
    entity::{product_tag, tag},
    input::{InPath, Text},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add, remove))
}

type Place = InPath<(i32, Text<40>)>;

/// Puts a tag on a product. A tag that is not there yet is made.
#[utoipa::path(put, path = "/products/{id}/tags/{tag}",
    params(("id" = i32, Path), ("tag" = String, Path)), responses(
    (status = 200, body = Product),
    (status = "4XX", body = ErrorBody),
))]
async fn add(
    State(app): State<App>,
    _: User,
    InPath((id, name)): Place,
) -> Result<Json<Product>, Error> {
    let product = database::to_its_end(tagged(app, id, name)).await?;
    Ok(Json(product))
}

/// Takes a tag off a product.
#[utoipa::path(delete, path = "/products/{id}/tags/{tag}",
    params(("id" = i32, Path), ("tag" = String, Path)), responses(
    (status = 200, body = Product),
    (status = "4XX", body = ErrorBody),
))]
async fn remove(
    State(app): State<App>,
    _: User,
    InPath((id, name)): Place,
) -> Result<Json<Product>, Error> {
    let product = products::find(&app.db, id).await?;
    let not_there = || Error::NotFound(format!("tag `{}` on product {id}", name.as_str()));
    let tag = named(&app.db, &name).await?.ok_or_else(not_there)?;
    let link = product_tag::Entity::delete_by_id((id, tag.id));
    if link.exec(&app.db).await?.rows_affected == 0 {
        return Err(not_there());
    }
    Ok(Json(products::of(&app.db, product).await?))
}

async fn tagged(app: App, id: i32, name: Text<40>) -> Result<Product, Error> {
    let transaction = database::begin(&app.db).await?;
    let product = products::find(&transaction, id).await?;
    let tag = match named(&transaction, &name).await? {
        Some(tag) => tag,
        None => {
            let name = Set(name.into());
            let new = tag::ActiveModel {
                name,
                ..Default::default()
            };
            new.insert(&transaction).await?
        }
    };
    let link = product_tag::Entity::find_by_id((id, tag.id));
    if link.one(&transaction).await?.is_none() {
        let link = product_tag::ActiveModel {
            product_id: Set(id),
            tag_id: Set(tag.id),
        };
        link.insert(&transaction).await?;
    }
    let product = products::of(&transaction, product).await?;
    transaction.commit().await?;
    Ok(product)
}

async fn named<C: sea_orm::ConnectionTrait>(
    db: &C,
    name: &Text<40>,
) -> Result<Option<tag::Model>, Error> {
    let tag = tag::Entity::find().filter(tag::Column::Name.eq(name.as_str()));
    Ok(tag.one(db).await?)
}
