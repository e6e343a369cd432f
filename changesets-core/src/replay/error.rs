//! Why a change does not follow from the ones before it.

use crate::{KeyError, ObjectKey};

/// Why a change does not follow from the ones before it. The replay is as it was before the change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The change is of another table than the one given.
    #[error("change {change} is of {entity:?} (key {at:?}), it was applied to table {table:?}", at = .key.as_str())]
    #[non_exhaustive]
    WrongTable {
        /// The change.
        change: i64,
        /// The entity of the change.
        entity: String,
        /// The key of the change.
        key: ObjectKey,
        /// The entity of the table.
        table: String,
    },
    /// An insert of a row that is there already.
    #[error("change {change} inserts {entity:?} {at:?}, which is there already", at = .key.as_str())]
    #[non_exhaustive]
    AlreadyThere {
        /// The change.
        change: i64,
        /// The entity.
        entity: String,
        /// The key.
        key: ObjectKey,
    },
    /// An update or a delete of a row that is not there.
    #[error("change {change} updates or deletes {entity:?} {at:?}, which is not there", at = .key.as_str())]
    #[non_exhaustive]
    NotThere {
        /// The change.
        change: i64,
        /// The entity.
        entity: String,
        /// The key.
        key: ObjectKey,
    },
    /// The old value in the diff is not the value the changes before led to.
    #[error(
        "change {change} of {entity:?} {at:?} has an old value for column {column:?} that the changes before it did not lead to: a write went unrecorded", at = .key.as_str()
    )]
    #[non_exhaustive]
    Mismatch {
        /// The change.
        change: i64,
        /// The entity.
        entity: String,
        /// The key.
        key: ObjectKey,
        /// The column.
        column: String,
    },
    /// A column of an update is neither an old and a new value nor redacted.
    #[error("change {change} of {entity:?} {at:?} has no old and new value for column {column:?}", at = .key.as_str())]
    #[non_exhaustive]
    Malformed {
        /// The change.
        change: i64,
        /// The entity.
        entity: String,
        /// The key.
        key: ObjectKey,
        /// The column.
        column: String,
    },
    /// The change moves the row to a key that cannot be told.
    #[error(
        "change {change} of {entity:?} {at:?} changes the key, and the new one cannot be told: {error}", at = .key.as_str()
    )]
    #[non_exhaustive]
    NewKey {
        /// The change.
        change: i64,
        /// The entity.
        entity: String,
        /// The key.
        key: ObjectKey,
        /// Why not.
        error: KeyError,
    },
    /// Two rows have one key: a change moved a row onto another that never went away.
    #[error("change {change} moves a row of {entity:?} to {at:?}, where another one still is", at = .key.as_str())]
    #[non_exhaustive]
    Occupied {
        /// The change that moved the row.
        change: i64,
        /// The entity.
        entity: String,
        /// The key.
        key: ObjectKey,
    },
}
