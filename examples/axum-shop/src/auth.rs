//! Who is asking: a customer, by a signed cookie.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use changesets_seaorm::{Actor, current};
use chrono::{TimeDelta, Utc};
use sea_orm::EntityTrait;

use crate::{App, Error, entity::customer};

const COOKIE: &str = "shop_session";
const HOURS: i64 = 12;

/// The customer who is logged in. Asking for it makes them the actor of the changeset.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: i32,
}

impl FromRequestParts<App> for User {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let cookies = SignedCookieJar::from_headers(&parts.headers, app.cookie_key.clone());
        let id = cookies
            .get(COOKIE)
            .and_then(|cookie| customer_in(cookie.value()))
            .ok_or(Error::NotLoggedIn)?;
        let customer = customer::Entity::find_by_id(id).one(&app.db).await?;
        let customer = customer.ok_or(Error::NotLoggedIn)?;
        act_as(&customer);
        Ok(Self { id })
    }
}

/// Whatever the current changeset records is this customer's doing, also what is in it already.
pub(crate) fn act_as(customer: &customer::Model) {
    if let Some(changeset) = current() {
        let actor = Actor::new(format!("customer:{}", customer.id));
        changeset.set_actor(actor.label(&customer.name));
    }
}

/// A jar with the session of this customer in it.
pub(crate) fn session(key: Key, customer: i32) -> SignedCookieJar {
    let until = Utc::now() + TimeDelta::hours(HOURS);
    let value = format!("{customer}.{}", until.timestamp());
    let cookie = Cookie::build((COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax);
    SignedCookieJar::new(key).add(cookie)
}

/// The jar without a session.
pub(crate) fn no_session(jar: SignedCookieJar) -> SignedCookieJar {
    jar.remove(Cookie::build(COOKIE).path("/"))
}

/// The value says until when it is good: what the browser does with old cookies is its own affair.
fn customer_in(value: &str) -> Option<i32> {
    let (id, until) = value.split_once('.')?;
    let until: i64 = until.parse().ok()?;
    (until > Utc::now().timestamp()).then(|| id.parse().ok())?
}

/// What is stored of a password.
pub(crate) async fn hash(password: String, cost: Params) -> Result<String, Error> {
    let work = move || {
        let argon2 = Argon2::new(Algorithm::default(), Version::default(), cost);
        let hash = argon2.hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string())
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(_)) | Err(_) => Err(Error::Input("this password cannot be used".to_owned())),
    }
}

/// Whether a password is the one whose hash is stored.
pub(crate) async fn is_password(password: String, hash: String) -> bool {
    let work = move || {
        let Ok(hash) = PasswordHash::new(&hash) else {
            return false;
        };
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(false)
}
