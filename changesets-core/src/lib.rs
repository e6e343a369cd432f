//! What a changeset is: scopes, changes, diffs, keys, the value encoding and replay.
//!
//! This crate knows no database and no SeaORM, and changes least; adapters such as
//! `changesets-seaorm` depend on it. An application imports the adapter, which re-exports what it
//! needs from here.
//!
//! A [`Changeset`] says who changes what and why. It is opened around a future, and whatever that
//! future writes is recorded under it:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use changesets_core::{Changeset, current};
//!
//! let actor = Changeset::new()
//!     .actor("user:42")
//!     .reason("spring sale")
//!     .scope(async { current().and_then(|changeset| changeset.metadata().actor) })
//!     .await;
//! assert_eq!(actor.map(|actor| actor.id), Some("user:42".to_owned()));
//! assert!(current().is_none());
//! # });
//! ```
//!
//! The log that changes are written to is specified, table by table and value by value, in
//! `docs/log-format.md`.

mod action;
mod actor;
mod change;
mod changeset;
mod diff;
mod encoding;
mod key;
mod log_tables;
mod metadata;
mod origin;
mod replay;
mod row;
mod scope;
mod table;
#[cfg(test)]
mod tests;

pub use action::{Action, UnknownAction};
pub use actor::Actor;
pub use change::Change;
pub use changeset::{Changeset, ChangesetId};
pub use diff::{ColumnChange, Diff};
pub use encoding::{ColumnKind, EncodingError};
pub use key::{KeyError, ObjectKey};
pub use log_tables::{LogTables, NameError};
pub use metadata::{ContextError, MAX_CONTEXT_BYTES, Metadata};
pub use origin::{Origin, UnknownOrigin};
pub use replay::{Replay, ReplayError};
pub use row::Row;
pub use scope::{Carried, Current, Ending, InCurrentChangeset, OnExit, carry, current};
pub use table::{
    Link, LinkEnd, Record, TableError, TrackedColumn, TrackedTable, TrackedTableBuilder,
};
