//! Why a description is no table.

/// Why a description is no table that can be tracked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The table or the schema has no name.
    #[error("a tracked table needs a name, and its schema, where set, does too")]
    NoName,
    /// There is no key.
    #[error("table {table:?} has no key: name the columns that identify a row")]
    #[non_exhaustive]
    NoKey {
        /// The table.
        table: String,
    },
    /// The key names a column the table does not have.
    #[error("the key of table {table:?} names column {column:?}, which the table does not have")]
    #[non_exhaustive]
    UnknownKeyColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The key names a column twice.
    #[error("the key of table {table:?} names column {column:?} twice")]
    #[non_exhaustive]
    DuplicateKeyColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Two columns share a name.
    #[error("table {table:?} has two columns named {column:?}")]
    #[non_exhaustive]
    DuplicateColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A key column is redacted or excluded.
    #[error(
        "column {column:?} of table {table:?} is part of its key and cannot be redacted or excluded: the key is what history is found by"
    )]
    #[non_exhaustive]
    HiddenKeyColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// An end of the link has no columns.
    #[error(
        "link end {role:?} of table {table:?} names no columns: name those that hold the key of {entity:?}"
    )]
    #[non_exhaustive]
    NoLinkColumns {
        /// The junction.
        table: String,
        /// The end.
        role: String,
        /// The table at that end.
        entity: String,
    },
    /// An end of the link names a column the junction does not have.
    #[error(
        "link end {role:?} of table {table:?} names column {column:?}, which the table does not have"
    )]
    #[non_exhaustive]
    UnknownLinkColumn {
        /// The junction.
        table: String,
        /// The end.
        role: String,
        /// The column.
        column: String,
    },
    /// A column of a link is redacted or excluded.
    #[error(
        "column {column:?} of table {table:?} is part of link end {role:?} and cannot be redacted or excluded: its value is recorded as the key of the other end"
    )]
    #[non_exhaustive]
    HiddenLinkColumn {
        /// The junction.
        table: String,
        /// The end.
        role: String,
        /// The column.
        column: String,
    },
    /// Both ends have one role.
    #[error("both link ends of table {table:?} have the role {role:?}: give each its own")]
    #[non_exhaustive]
    DuplicateRole {
        /// The junction.
        table: String,
        /// The role.
        role: String,
    },
}
