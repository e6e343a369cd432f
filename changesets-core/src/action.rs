//! What was done to a row.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What was done to a row.
///
/// ```
/// use changesets_core::Action;
///
/// assert_eq!(Action::Update.as_str(), "update");
/// assert_eq!("delete".parse(), Ok(Action::Delete));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The row came to be.
    Insert,
    /// The row stayed, and some of its columns changed.
    Update,
    /// The row went away.
    Delete,
}

impl Action {
    /// The word that stands in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(word: &str) -> Result<Self, UnknownAction> {
        [Self::Insert, Self::Update, Self::Delete]
            .into_iter()
            .find(|action| action.as_str() == word)
            .ok_or_else(|| UnknownAction(word.to_owned()))
    }
}

/// A word in the log that is no action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no action: expected `insert`, `update` or `delete`")]
pub struct UnknownAction(String);
