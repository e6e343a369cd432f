//! Why a tracker could not be built.

use changesets_core::{NameError, TableError};

/// Why [`TrackerBuilder::build`](crate::TrackerBuilder::build) refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrackerError {
    /// The same table was registered twice.
    #[error("table `{table}` is registered twice: remove one `.entity::<..>()` or `.link::<..>()`")]
    #[non_exhaustive]
    Twice {
        /// The table.
        table: String,
    },
    /// A link whose entity does not belong to exactly two others.
    #[error(
        "table `{table}` is no junction: `.link::<..>()` needs an entity that belongs to exactly \
         two others; register it with `.entity::<..>()`"
    )]
    #[non_exhaustive]
    NoJunction {
        /// The table.
        table: String,
    },
    /// One of the log's own tables.
    #[error(
        "table `{table}` belongs to the change log and cannot be tracked: choose another log prefix, or do not register it"
    )]
    #[non_exhaustive]
    LogTable {
        /// The table.
        table: String,
    },
    /// A scope is required for an entity that is not tracked.
    #[error(
        "a scope is required for table `{table}`, which is not tracked: register it with \
         `.entity::<..>()` or `.link::<..>()`"
    )]
    #[non_exhaustive]
    ScopeForUntracked {
        /// The table.
        table: String,
    },
    /// An entity that cannot be described.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A bad prefix or schema for the log.
    #[error(transparent)]
    Name(#[from] NameError),
}
