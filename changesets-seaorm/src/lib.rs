//! Records who changed what, when and why for every row a SeaORM application writes.
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
mod tracker;

pub use changesets_core::{
    Action, Actor, Change, Changeset, ChangesetId, ContextError, Current, Diff, InCurrentChangeset,
    LogTables, Metadata, ObjectKey, Origin, Replay, ReplayError, TrackedTable, current,
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
