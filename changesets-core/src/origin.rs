//! Where a changeset came from.

use std::{fmt, str::FromStr};

/// Where a changeset came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Origin {
    /// Writes of the application.
    #[default]
    App,
    /// Changes that a scan found to be missing.
    Scan,
    /// The first state of rows that were there before tracking began.
    Baseline,
    /// A revert of earlier changes.
    Revert,
    /// History taken over from elsewhere.
    Import,
    /// Database triggers, without an application.
    Trigger,
}

impl Origin {
    const ALL: [Self; 6] = [
        Self::App,
        Self::Scan,
        Self::Baseline,
        Self::Revert,
        Self::Import,
        Self::Trigger,
    ];

    /// The word that stands in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Scan => "scan",
            Self::Baseline => "baseline",
            Self::Revert => "revert",
            Self::Import => "import",
            Self::Trigger => "trigger",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Origin {
    type Err = UnknownOrigin;

    fn from_str(word: &str) -> Result<Self, UnknownOrigin> {
        let known = Self::ALL.into_iter().find(|origin| origin.as_str() == word);
        known.ok_or_else(|| UnknownOrigin(word.to_owned()))
    }
}

/// A word in the log that is no origin this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no origin that this version of changesets knows")]
pub struct UnknownOrigin(String);
