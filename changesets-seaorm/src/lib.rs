//! Records who changed what, when and why for every row a SeaORM application writes, and hands each
//! entity its history back.
//!
//! - [`track!`] marks an entity, [`Tracker`] collects the entities, and [`Tracker::connect`] makes a
//!   [`TrackedConnection`] to use wherever a `DatabaseConnection` was used.
//! - [`Changeset::scope`] says who acts, and why, around a piece of work such as a request.
//! - [`HasHistory::history`] on a model, [`history_of`] for a key, [`history_of_entity`] and [`feed`]
//!   read it back.
//!
//! A change is written in the transaction of the write it belongs to: both stay, or neither. The
//! README shows it all in one file; `docs/architecture.md` tells how a write is captured on each
//! database, and what is **not** recorded; `docs/log-format.md` specifies the log. What the hook does
//! without a tracked connection stands in [`mod@hook`].
//!
//! The crate has no features for databases or runtimes: the application chooses them on `sea-orm`.
//! It needs a tokio runtime.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

// So that `track!` and the examples in these docs work inside this crate too.
extern crate self as changesets_seaorm;

mod capture;
mod catalog;
mod connection;
mod dialect;
mod error;
pub mod history;
pub mod hook;
pub mod log;
#[cfg(doctest)]
mod readme;
mod session;
mod statement;
mod table;
#[cfg(feature = "tower")]
pub mod tower;
mod tracker;

pub use changesets_core::{
    Action, Actor, Change, Changeset, ChangesetId, ContextError, Current, Diff, InCurrentChangeset,
    LogTables, Metadata, ObjectKey, Origin, Replay, ReplayError, TrackedTable, carry, current,
};
pub use connection::{TrackedConnection, TrackedStream, TrackedTransaction};
pub use error::CaptureError;
pub use history::{
    Entry, Feed, HasHistory, History, HistoryError, JoinChanges, LoadHistory, Revision, feed,
    history_of, history_of_entity,
};
pub use table::{OutsideTransaction, TrackedEntity};
pub use tracker::{Tracker, TrackerBuilder, TrackerError, Uncapturable};

/// What [`track!`] expands to; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use async_trait::async_trait;
    pub use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait};
}
