//! A changeset around every request, for any [tower](https://docs.rs/tower) service over HTTP: axum,
//! tonic, hyper. Feature `tower`.
//!
//! ```
//! use axum::{Router, extract::FromRequestParts, http::request::Parts, routing::post};
//! use changesets_seaorm::{Tracker, TrackedConnection, current, tower::ChangesetLayer};
//! use sea_orm::{ConnectionTrait, Database};
//!
//! /// Whoever has signed in. An extractor like this one runs inside the changeset, and names its actor.
//! struct User(String);
//!
//! impl<S: Sync> FromRequestParts<S> for User {
//!     type Rejection = axum::http::StatusCode;
//!
//!     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
//!         // Look up the session, verify the token, …
//!         let id = parts.headers.get("x-user").and_then(|id| id.to_str().ok());
//!         let id = id.ok_or(axum::http::StatusCode::UNAUTHORIZED)?;
//!         if let Some(changeset) = current() {
//!             changeset.set_actor(format!("user:{id}"));
//!         }
//!         Ok(Self(id.to_owned()))
//!     }
//! }
//!
//! async fn sale(_: User, db: axum::extract::State<TrackedConnection>) -> &'static str {
//!     match db.execute_unprepared("UPDATE product SET price = price - 5").await {
//!         Ok(_) => "on sale",
//!         Err(_) => "no sale",
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let db = Tracker::builder().build()?.connect(Database::connect("sqlite::memory:").await?);
//! let app: Router = Router::new()
//!     .route("/sale", post(sale))
//!     .layer(ChangesetLayer::standard())
//!     .with_state(db);
//! # let _ = app;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does
//!
//! - [`ChangesetLayer::standard`] keeps method, path, user agent and request id in the context;
//!   [`RequestContext`] adds the client's address and chosen headers. [`ChangesetLayer::new`] and
//!   [`ChangesetLayer::new_async`] take a function of your own. Entries that a client chooses are cut
//!   to [`MAX_ENTRY_BYTES`], and text that is not UTF-8 is replaced: no header makes a request fail.
//! - All requests but `GET`, `HEAD` and `OPTIONS` open their changeset at once; see
//!   [`only`](ChangesetLayer::only). The others get one with their first write, and cost next to
//!   nothing without.
//! - The changeset is open while the service works **and** while the response's body is read, and ends
//!   with the body's last frame, before that frame is handed out: a client that has the whole response
//!   finds the whole header in the log.
//! - The actor, the reason and the context may be set anywhere inside, with
//!   [`current`](crate::current), also after the first write.
//! - A request that ends early (dropped connection, time-out, panic) leaves nothing to the next one on
//!   its task or connection: a changeset is open only while its own request is polled. What it
//!   committed stays recorded under it, and what it knew by then of the actor still reaches the header,
//!   in a task of its own.
//!
//! # Where to put it
//!
//! Inside of what sets the request id (`tower_http::request_id::SetRequestIdLayer`), outside of what
//! authenticates. Either way round with time-outs and `CatchPanicLayer`. Two of them nest: the inner
//! changeset has the outer one as its parent.
//!
//! # What is not in the changeset
//!
//! Spawned tasks, unless they are carried ([`InCurrentChangeset`](crate::InCurrentChangeset),
//! [`carry`](crate::carry)); the body of the *request* where it is read by such a task; what goes on
//! over an upgraded connection (WebSocket): open a changeset for each message there.
//!
//! # tonic
//!
//! `tonic::transport::Server` takes the same layer, for unary calls and streams alike:
//!
//! ```ignore
//! Server::builder().layer(ChangesetLayer::standard()).add_service(shop).serve(address).await?;
//! ```
//!
//! Every gRPC call is a `POST`, so every call opens its changeset at once; the path names the method.
//! To leave out those that only read, use [`only`](ChangesetLayer::only) on the path. An interceptor
//! is sync, so name the actor in an inner layer or in the method itself.
//!
//! # Other frameworks
//!
//! Where there is no tower, [`Changeset::scope`](crate::Changeset::scope) around the rest of the
//! request is all it takes; [`RequestContext`] wants no more than `http`'s parts, and
//! [`Current::lazy`](crate::Current::lazy) with [`Current::scope`](crate::Current::scope) opens a
//! changeset that is made with its first write.

mod body;
mod context;
mod entry;
mod filter;
mod layer;
mod open;
mod response;
mod service;
mod source;

pub use body::ChangesetBody;
pub use context::RequestContext;
pub use entry::MAX_ENTRY_BYTES;
pub use layer::ChangesetLayer;
pub use response::{AwaitedResponse, ChangesetResponse};
pub use service::ChangesetService;
pub use source::{Awaited, Made, MakeChangeset};

#[cfg(test)]
mod tests;
