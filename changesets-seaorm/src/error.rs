//! Why a write was refused, or could not be recorded.

use std::sync::Arc;

use changesets_core::{EncodingError, KeyError};
use sea_orm::DbErr;

/// Why Changesets refused a write, or could not record it.
///
/// A connection answers with [`DbErr`], because that is what SeaORM's traits
/// return; [`CaptureError::of`] gives the typed error back. The write that an
/// error belongs to did not happen, or was rolled back.
///
/// Errors of the write itself (a broken constraint, a lost connection) are not
/// wrapped: they reach the caller exactly as SeaORM made them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The statement changes a tracked table in a way that cannot be recorded row by row.
    #[error(
        "cannot record {kind} on table `{table}`: {why}; write it another way, run it on \
         `db.untracked()`, or allow it with `Tracker::builder().uncapturable(..)`"
    )]
    #[non_exhaustive]
    Uncapturable {
        /// The tracked table.
        table: String,
        /// The kind of statement, such as `MERGE`.
        kind: String,
        /// Why it cannot be recorded.
        why: String,
    },
    /// A transaction begun or ended by SQL text.
    #[error(
        "`{kind}` as SQL text on a tracked connection: use `begin`, `commit` and `rollback`, so that the changes of a transaction end with it"
    )]
    #[non_exhaustive]
    TransactionControl {
        /// The statement's first words.
        kind: String,
    },
    /// The plain transaction was asked for while a tracked one still works on it.
    #[error(
        "the transaction is still in use: a call on it, perhaps one that was cancelled, is under way; \
         await another call on the tracked transaction first"
    )]
    InUse,
    /// The database ended the whole transaction by itself. It was rolled back, as by MySQL after a deadlock,
    /// by SQLite after `RAISE(ROLLBACK)`, and by PostgreSQL after any error; or MySQL committed it, before a
    /// change of the schema. What came next would be in no transaction.
    #[error(
        "the database has ended this transaction by itself: it was rolled back after an error such as a deadlock, or committed before a change of the schema; roll it back, and begin another"
    )]
    TransactionEnded,
    /// PostgreSQL: a trigger, made while this program ran, changed columns that the update does not assign. Alone
    /// the update is run again by itself; within a transaction PostgreSQL has ended that.
    #[error(
        "an update of `{table}` changed columns that it does not assign, by a trigger that was made after this program had looked for triggers; roll the transaction back and run it again: they are recorded from now on"
    )]
    #[non_exhaustive]
    ChangedBesides {
        /// The tracked table.
        table: String,
    },
    /// A write outside a changeset scope, on a table that requires one.
    #[error(
        "a write to `{table}` outside a changeset scope: wrap it in `Changeset::new().scope(..)`, \
         or do not require a scope for this table"
    )]
    #[non_exhaustive]
    ScopeRequired {
        /// The tracked table.
        table: String,
    },
    /// An entity has the hook, but the tracker of this connection does not know it.
    #[error(
        "entity `{table}` is written through a tracked connection whose tracker does not know it: \
         register it with `Tracker::builder().entity::<..>()`"
    )]
    #[non_exhaustive]
    UnknownEntity {
        /// The entity's table.
        table: String,
    },
    /// The hook was asked to record a write that is not in a transaction.
    #[error(
        "cannot record the write to `{table}` in the same transaction as the write itself: it is \
         made on a plain connection outside a transaction; begin one, use a \
         `TrackedConnection`, or say `outside_transaction = Record` in `track!`"
    )]
    #[non_exhaustive]
    NotInTransaction {
        /// The entity's table.
        table: String,
    },
    /// The hook lost, or never saw, the row as it was before the write.
    #[error(
        "the row of `{table}` with key `{key}` was not read before it was written; call `before_save` and `before_delete` of the hook too"
    )]
    #[non_exhaustive]
    NoBeforeImage {
        /// The entity's table.
        table: String,
        /// The row's key.
        key: String,
    },
    /// A log table could not be written or read.
    #[error(
        "cannot write the change log (table `{table}`): {cause}; have the migrations of `changesets-migration` been run on this database?"
    )]
    #[non_exhaustive]
    Log {
        /// The log table.
        table: String,
        /// What the database said.
        cause: String,
    },
    /// A stored value does not fit the type its entity gives the column.
    #[error("cannot record column `{column}` of table `{table}`: {cause}")]
    #[non_exhaustive]
    Encoding {
        /// The tracked table.
        table: String,
        /// The column.
        column: String,
        /// What does not fit.
        cause: EncodingError,
    },
    /// A row without a usable key.
    #[error("cannot name a row of table `{table}`: {cause}")]
    #[non_exhaustive]
    Key {
        /// The tracked table.
        table: String,
        /// What is wrong with the key.
        cause: KeyError,
    },
    /// MariaDB and MySQL index keys up to a length only; see `docs/log-format.md`.
    #[error(
        "cannot record a row of table `{table}`: its key has {length} characters, and the log takes {most} on MariaDB and MySQL; use a shorter key, or write it on `db.untracked()`"
    )]
    #[non_exhaustive]
    KeyTooLong {
        /// The tracked table.
        table: String,
        /// The length of the object key, in characters.
        length: usize,
        /// The longest that the log takes, in characters.
        most: usize,
    },
    /// Other transactions changed the same rows again and again while the write was recorded.
    #[error(
        "rows of table `{table}` changed {attempts} times while a write to them was recorded; try again, or use a stricter isolation level"
    )]
    #[non_exhaustive]
    Contended {
        /// The tracked table.
        table: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// An answer of the database that the capture did not expect.
    #[error("unexpected answer of the database while recording table `{table}`: {what}")]
    #[non_exhaustive]
    Unexpected {
        /// The table.
        table: String,
        /// What was wrong.
        what: String,
    },
}

impl CaptureError {
    /// The typed error inside a [`DbErr`], if Changesets made it.
    ///
    /// ```
    /// use changesets_seaorm::CaptureError;
    /// use sea_orm::DbErr;
    ///
    /// assert_eq!(CaptureError::of(&DbErr::RecordNotInserted), None);
    /// ```
    #[must_use]
    pub fn of(error: &DbErr) -> Option<&Self> {
        match error {
            DbErr::TryIntoErr { source, .. } => source.downcast_ref(),
            _ => None,
        }
    }
}

impl From<CaptureError> for DbErr {
    /// The only variant of [`DbErr`] that carries a foreign error as a value,
    /// so that [`CaptureError::of`] can find it again.
    fn from(error: CaptureError) -> Self {
        Self::TryIntoErr {
            from: "write",
            into: "change",
            source: Arc::new(error),
        }
    }
}
