//! The log as SeaORM entities.
//!
//! Query them like any other entity:
//!
//! ```
//! use changesets_seaorm::log::{change, changeset};
//! use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
//!
//! let query = change::Entity::find()
//!     .find_also_related(changeset::Entity)
//!     .filter(changeset::Column::Actor.eq("user:42"))
//!     .order_by_desc(change::Column::Id);
//! # let _ = query;
//! ```
//!
//! They are called by the default names of the log tables. For a log with a
//! prefix or a schema use the history, whose queries take
//! [`LogTables`](changesets_core::LogTables).
//!
//! Read only: nothing keeps you from writing these tables, except that a
//! [`TrackedConnection`](crate::TrackedConnection) refuses it.

pub mod change;
pub mod change_ref;
pub mod changeset;
mod select;

pub(crate) use select::{select_change_refs, select_changes, select_changesets, table};
