//! Logging in and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use axum_extra::extract::cookie::SignedCookieJar;
use chrono::{SubsecRound, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::customers::Customer;
use crate::{
    App, Error, ErrorBody, auth,
    entity::customer,
    input::{Body, Text},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
}

/// Who wants to log in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    #[schema(value_type = String)]
    email: Text<120>,
    #[schema(value_type = String)]
    password: Text<200>,
}

/// Logs in: the answer sets a signed cookie.
#[utoipa::path(post, path = "/login", request_body = LogIn, responses(
    (status = 200, body = Customer),
    (status = "4XX", body = ErrorBody),
))]
async fn log_in(
    State(app): State<App>,
    Body(given): Body<LogIn>,
) -> Result<(SignedCookieJar, Json<Customer>), Error> {
    let found = customer::Entity::find()
        .filter(customer::Column::Email.eq(given.email.as_str()))
        .one(&app.db)
        .await?;
    let found = found.ok_or(Error::WrongPassword)?;
    if !auth::is_password(given.password.into(), found.password_hash.clone()).await {
        return Err(Error::WrongPassword);
    }
    let mut login: customer::ActiveModel = found.into();
    // Whole seconds: what every database keeps.
    login.last_login = Set(Some(Utc::now().trunc_subsecs(0)));
    let customer = login.update(&app.db).await?;
    // The change is written already; its changeset gets its actor all the same.
    auth::act_as(&customer);
    let jar = auth::session(app.cookie_key.clone(), customer.id);
    Ok((jar, Json(customer.into())))
}

/// Logs out.
#[utoipa::path(post, path = "/logout", responses((status = 204)))]
async fn log_out(State(app): State<App>, headers: HeaderMap) -> (SignedCookieJar, StatusCode) {
    let jar = SignedCookieJar::from_headers(&headers, app.cookie_key);
    (auth::no_session(jar), StatusCode::NO_CONTENT)
}
