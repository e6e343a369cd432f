//! The guide's way to use actix-web.

use actix_web::{
    App, Error, HttpResponse, Responder,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    test, web,
};
use changesets_guide::{a_product, shop};
use changesets_seaorm::{Changeset, TrackedConnection, current, feed};
use sea_orm::ActiveModelTrait;

// ANCHOR: middleware
async fn changesets(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let changeset = Changeset::new()
        .context("method", request.method().as_str())
        .context("path", request.path());
    changeset.scope(next.call(request)).await
}

// App::new().wrap(from_fn(changesets))
// ANCHOR_END: middleware

async fn add(db: web::Data<TrackedConnection>) -> impl Responder {
    if let Some(changeset) = current() {
        changeset.set_actor("user:42");
    }
    match a_product("Teapot", 24).insert(db.get_ref()).await {
        Ok(_) => HttpResponse::Created(),
        Err(_) => HttpResponse::InternalServerError(),
    }
}

#[actix_web::test]
async fn a_request_is_a_changeset() {
    let db = shop().await.unwrap();
    let app = App::new()
        .app_data(web::Data::new(db.clone()))
        .wrap(from_fn(changesets))
        .route("/products", web::post().to(add));
    let service = test::init_service(app).await;
    let request = test::TestRequest::post().uri("/products").to_request();
    let response = test::call_service(&service, request).await;
    assert_eq!(response.status(), 201);
    let entry = feed().one(&db).await.unwrap().unwrap();
    assert_eq!(entry.actor().unwrap().id, "user:42");
    assert_eq!(entry.changeset().context["method"], "POST");
    assert_eq!(entry.changeset().context["path"], "/products");
}
