//! Why a value has no canonical form.

/// Why a value has no canonical form. Messages never hold the value: it may be one that is not to be
/// recorded. Whoever knows table and column adds them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The database gave a value of another type.
    #[error(
        "expected a value of type {expected}, the database gave {found}: check the column's type, or exclude the column"
    )]
    #[non_exhaustive]
    Unexpected {
        /// What the column is said to hold.
        expected: &'static str,
        /// What was found, in words.
        found: &'static str,
    },
    /// A JSON column holds text that is no JSON this crate reads: numbers are 64-bit integers or
    /// doubles, nesting goes 127 deep.
    #[error(
        "expected JSON, the database gave text that does not parse (line {line}, column {column}): correct the stored value, or exclude the column"
    )]
    #[non_exhaustive]
    InvalidJson {
        /// Line of the mistake, from 1.
        line: usize,
        /// Column of the mistake, from 1.
        column: usize,
    },
}
