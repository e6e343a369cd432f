//! Why a history could not be read.

use changesets_core::{EncodingError, KeyError};
use sea_orm::DbErr;

/// Why a history, or a value in it, could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The database could not answer.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// A key cannot be written as the log writes it.
    #[error("no object of `{entity}` has this key")]
    #[non_exhaustive]
    Key {
        /// The entity.
        entity: String,
        /// What is wrong with the key.
        source: KeyError,
    },
    /// The value of a key column cannot be written as the log writes it.
    #[error("cannot write the value of key column `{column}` of `{entity}` as the log does")]
    #[non_exhaustive]
    KeyValue {
        /// The entity.
        entity: String,
        /// The key column.
        column: String,
        /// What does not fit.
        source: EncodingError,
    },
    /// A recorded value is not of the wanted type.
    #[error(
        "column `{column}` of `{entity}` was recorded as {found}, which is no {wanted}; \
         read it with `old_json` or `new_json`"
    )]
    #[non_exhaustive]
    Value {
        /// The entity.
        entity: String,
        /// The column.
        column: String,
        /// The type asked for.
        wanted: String,
        /// The recorded JSON.
        found: String,
    },
    /// The values of a column were kept out of the log.
    #[error(
        "the values of column `{column}` of `{entity}` are redacted: only that it changed is known"
    )]
    #[non_exhaustive]
    Redacted {
        /// The entity.
        entity: String,
        /// The column.
        column: String,
    },
    /// A model needs columns that the log does not know.
    #[error(
        "no model of `{entity}` with key `{key}` can be made: the log has no value for {}; \
         read what it has with `State::json`",
        columns.join(", ")
    )]
    #[non_exhaustive]
    MissingColumns {
        /// The entity.
        entity: String,
        /// The object's key.
        key: String,
        /// The columns without a value: excluded, redacted, or younger than the change.
        columns: Vec<String>,
    },
    /// SeaORM could not make a model of recorded values.
    #[error("no model of `{entity}` with key `{key}` can be made of the recorded values")]
    #[non_exhaustive]
    Model {
        /// The entity.
        entity: String,
        /// The object's key.
        key: String,
        /// What SeaORM said.
        source: DbErr,
    },
    /// A row of the log is not as this crate writes it.
    #[error("row {id} of log table `{table}` is malformed: {what}")]
    #[non_exhaustive]
    Malformed {
        /// The log table.
        table: String,
        /// The row's id.
        id: String,
        /// What is wrong.
        what: String,
    },
    /// A key was changed more often than a history follows.
    #[error(
        "the key of `{entity}` `{key}` was changed more than {limit} times; \
         read its history with `.follow_keys(false)`"
    )]
    #[non_exhaustive]
    TooManyKeyChanges {
        /// The entity.
        entity: String,
        /// The key whose history was asked for.
        key: String,
        /// How many changes are followed.
        limit: usize,
    },
    /// The key of an entity cannot be compared with the log's inside the database.
    #[error("`{entity}` cannot be joined to its changes: {why}; read them with `history`")]
    #[non_exhaustive]
    NotJoinable {
        /// The entity.
        entity: String,
        /// What stands in the way.
        why: String,
    },
    /// A database this crate does not know.
    #[error("the history cannot be read from database {backend}")]
    #[non_exhaustive]
    UnknownDatabase {
        /// What SeaORM calls it.
        backend: String,
    },
}

impl HistoryError {
    /// Whether a value was kept out of the log on purpose.
    #[must_use]
    pub const fn is_redacted(&self) -> bool {
        matches!(self, Self::Redacted { .. })
    }

    /// Whether a model could not be made because the log lacks columns.
    #[must_use]
    pub const fn is_missing_columns(&self) -> bool {
        matches!(self, Self::MissingColumns { .. })
    }
}
