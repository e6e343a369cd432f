//! A test kit (feature `testing`): what did this piece of code change?
//!
//! ```
//! # mod product {
//! #     use sea_orm::entity::prelude::*;
//! #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "product")]
//! #     pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub name: String, pub price: i32 }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     changesets_seaorm::track!(ActiveModel);
//! # }
//! # use changesets_seaorm::{Changeset, TrackedConnection, Tracker};
//! # use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, Database, DbErr};
//! use changesets_seaorm::testing::{inserted, record, updated};
//!
//! // The code under test.
//! async fn stock_up(db: &TrackedConnection) -> Result<u64, DbErr> {
//!     let lamp = product::ActiveModel { name: Set("lamp".into()), price: Set(10), ..Default::default() };
//!     let work = async {
//!         lamp.insert(db).await?;
//!         let raised = db.execute_unprepared("UPDATE product SET price = price + 2").await?;
//!         Ok(raised.rows_affected())
//!     };
//!     Changeset::new().actor("user:42").reason("spring").scope(work).await
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let db = Database::connect("sqlite::memory:").await?;
//! # db.get_schema_builder().register(product::Entity).apply(&db).await?;
//! # changesets_migration::up(&db, &Default::default()).await?;
//! # let db = Tracker::builder().entity::<product::Entity>().build()?.connect(db);
//! // The test; `db` is a `TrackedConnection`.
//! let recorded = record(&db, stock_up(&db)).await?;
//!
//! assert_eq!(recorded.output, Ok(1));
//! recorded.assert_changes([
//!     inserted(product::Entity, 1).with(product::Column::Name, "lamp"),
//!     updated(product::Entity, 1).column(product::Column::Price, 10, 12).exactly(),
//! ]);
//! assert_eq!(recorded.changesets()[0].actor.as_deref(), Some("user:42"));
//! // Or all of it, for snapshots:
//! assert_eq!(
//!     recorded.to_string(),
//!     "insert product 1: id: 1, name: \"lamp\", price: 10\n\
//!      update product 1: price: 10 -> 12",
//! );
//!
//! record(&db, async { /* looks, and touches nothing */ }).await?.assert_nothing();
//! # Ok(())
//! # }
//! ```
//!
//! A mismatch fails the test with a comparison:
//!
//! ```text
//! the recorded changes are not the expected ones (- expected, + recorded):
//!   insert product 1: id: 1, name: "lamp", price: 10
//! - update product 1: price: 10 -> 13
//! + update product 1: price: 10 -> 12
//!     expected price: 10 -> 13, recorded price: 10 -> 12
//! ```
//!
//! Each assertion has a `check_…` that returns the comparison as an error instead.
//!
//! # Which changes are the code's own
//!
//! [`record`] puts a mark around the code, not a changeset: what the code does outside any scope, and
//! whether it is refused there, stays as it is. Of the changes that are in the log once the code has
//! ended and were not before, the code's own are
//!
//! - those of every changeset **opened inside**: its scopes and the scopes in them, changesets with
//!   another parent, those that writes outside any scope get, and continuations in transactions that
//!   are open at the same time;
//! - those of changesets whose parent is one of these, wherever they were opened: a job that was handed
//!   the id, and did its work meanwhile;
//! - where the code writes under a changeset that was **open before**, because the test opened it
//!   around `record` or the code enters it: what that changeset changed while the code ran. What others
//!   write under the same changeset meanwhile cannot be told apart, and counts.
//!
//! Others' changes, made at the same time in the same database, are left out. Work in other tasks is
//! the code's own where its changeset is carried along
//! ([`in_current_changeset`](crate::InCurrentChangeset::in_current_changeset)), and has to be waited
//! for: what is written later is not found. A server that runs in tasks of its own carries nothing:
//! give the test a database for itself and use [`Recording::everybody`].
//!
//! Read from the log, and so not there: what was rolled back, what is in no tracked table, and
//! everything else that [the documentation](crate) calls not recorded. Code that fails or panics leaves
//! what it committed: an error is the [output](Recorded::output), a panic goes on (to look at what was
//! left, catch it in the code, or spawn it in a task and wait for that). A transaction that is still open
//! is seen only by itself: to test code that is given a transaction, give `record` the same one.
//!
//! # With the hook alone
//!
//! `db` may be a plain `DatabaseConnection` or `DatabaseTransaction`: what the [hook](mod@crate::hook)
//! records is found in the same way. A log with names of its own is told by [`Recording::log_tables`].
//!
//! # The same in every run
//!
//! The text of the changes has no ids and times of the log in it. To print changesets too, freeze them:
//! [`Frozen`].

mod changes;
mod compare;
mod expected;
mod frozen;
mod matching;
mod mismatch;
mod name;
mod record;
mod recorded;
mod render;
#[cfg(test)]
mod tests;
mod value;

pub use changes::Changes;
pub use expected::{ExpectedChange, deleted, inserted, linked, unlinked, updated};
pub use frozen::{Frozen, NoTime};
pub use mismatch::Mismatch;
pub use name::{AnyKey, EntityName, IntoColumn, IntoEntity, IntoKey, Named, Typed};
pub use record::{ReadsLog, Recording, record};
pub use recorded::Recorded;
