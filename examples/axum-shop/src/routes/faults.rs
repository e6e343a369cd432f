//! Routes that go wrong, for tests: [`Config::faults`](crate::Config::faults).

use std::time::Duration;

use axum::{Router, extract::State, http::StatusCode, routing::post};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::products;
use crate::{
    App, Error,
    auth::User,
    database,
    entity::product,
    input::{InPath, Text},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/faults/panic/{id}/{name}", post(panic))
        .route("/faults/slow/{id}/{name}", post(slow))
}

type Place = InPath<(i32, Text<80>)>;

/// Renames a product, then panics.
async fn panic(State(app): State<App>, _: User, InPath((id, name)): Place) -> Result<(), Error> {
    let mut product: product::ActiveModel = products::find(&app.db, id).await?.into();
    product.name = Set(name.into());
    product.update(&app.db).await?;
    panic!("a fault that was asked for");
}

/// Renames a product in a transaction that is open for longer than a request may take.
async fn slow(
    State(app): State<App>,
    _: User,
    InPath((id, name)): Place,
) -> Result<StatusCode, Error> {
    let mut product: product::ActiveModel = products::find(&app.db, id).await?.into();
    let transaction = database::begin(&app.db).await?;
    product.name = Set(name.into());
    product.update(&transaction).await?;
    tokio::time::sleep(Duration::from_secs(60)).await;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
