//! Signing up.

use axum::{Json, extract::State, http::StatusCode};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    App, Error, ErrorBody, auth,
    auth::User,
    entity::customer,
    input::{Body, InPath, Text},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(show))
}

/// A customer to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignUp {
    #[schema(value_type = String)]
    email: Text<120>,
    #[schema(value_type = String)]
    name: Text<80>,
    #[schema(value_type = String)]
    password: Text<200>,
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Customer {
    id: i32,
    email: String,
    name: String,
}

impl From<customer::Model> for Customer {
    fn from(customer: customer::Model) -> Self {
        Self {
            id: customer.id,
            email: customer.email,
            name: customer.name,
        }
    }
}

/// Signs up. Nobody is logged in, so the history shows no actor.
#[utoipa::path(post, path = "/customers", request_body = SignUp, responses(
    (status = 201, body = Customer),
    (status = "4XX", body = ErrorBody),
))]
async fn sign_up(
    State(app): State<App>,
    Body(new): Body<SignUp>,
) -> Result<(StatusCode, Json<Customer>), Error> {
    let hash = auth::hash(new.password.into(), app.password_cost.clone()).await?;
    let customer = customer::ActiveModel {
        email: Set(new.email.into()),
        name: Set(new.name.into()),
        password_hash: Set(hash),
        ..Default::default()
    };
    let customer = customer.insert(&app.db).await?;
    Ok((StatusCode::CREATED, Json(customer.into())))
}

/// One's own data.
#[utoipa::path(get, path = "/customers/{id}", params(("id" = i32, Path)), responses(
    (status = 200, body = Customer),
    (status = "4XX", body = ErrorBody),
))]
async fn show(
    State(app): State<App>,
    user: User,
    InPath(id): InPath<i32>,
) -> Result<Json<Customer>, Error> {
    let found = customer::Entity::find_by_id(id).one(&app.db).await?;
    // Somebody else's is not there.
    let found = found.filter(|customer| customer.id == user.id);
    let customer = found.ok_or_else(|| Error::NotFound(format!("customer {id}")))?;
    Ok(Json(customer.into()))
}
