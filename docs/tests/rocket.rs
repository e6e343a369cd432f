//! The guide's way to use Rocket.

use std::convert::Infallible;

use changesets_guide::{a_product, shop};
use changesets_seaorm::{Changeset, TrackedConnection, feed};
use rocket::{
    Request, State,
    http::Status,
    local::asynchronous::Client,
    request::{FromRequest, Outcome},
};
use sea_orm::ActiveModelTrait;

// ANCHOR: guard
struct Recorded(Changeset);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Recorded {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let changeset = Changeset::new()
            .actor("user:42") // whoever signed in
            .context("method", request.method().as_str())
            .context("path", request.uri().path().as_str());
        Outcome::Success(Self(changeset))
    }
}

#[rocket::post("/products")]
async fn add(changeset: Recorded, db: &State<TrackedConnection>) -> Status {
    let work = async { a_product("Teapot", 24).insert(db.inner()).await };
    match changeset.0.scope(work).await {
        Ok(_) => Status::Created,
        Err(_) => Status::InternalServerError,
    }
}
// ANCHOR_END: guard

#[rocket::async_test]
async fn a_request_is_a_changeset() {
    let db = shop().await.unwrap();
    let rocket = rocket::build()
        .manage(db.clone())
        .mount("/", rocket::routes![add]);
    let client = Client::untracked(rocket).await.unwrap();
    let response = client.post("/products").dispatch().await;
    assert_eq!(response.status(), Status::Created);
    let entry = feed().one(&db).await.unwrap().unwrap();
    assert_eq!(entry.actor().unwrap().id, "user:42");
    assert_eq!(entry.changeset().context["method"], "POST");
    assert_eq!(entry.changeset().context["path"], "/products");
}
