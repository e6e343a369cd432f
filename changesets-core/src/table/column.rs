//! One column of a tracked table.

use serde::{Deserialize, Serialize};

use crate::ColumnKind;

/// What of a column is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// Its values.
    #[default]
    Value,
    /// That it changed, never its values.
    Redact,
    /// Nothing.
    Exclude,
}

/// One column of a tracked table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrackedColumn {
    /// The name in the database.
    pub name: String,
    /// How its values are encoded.
    pub kind: ColumnKind,
    /// What of it is recorded.
    pub record: Record,
}

impl TrackedColumn {
    /// A column whose values are recorded.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self {
            name: name.into(),
            kind,
            record: Record::Value,
        }
    }

    /// Records that it changed, never its values.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        self.record = Record::Redact;
        self
    }

    /// Records nothing of it.
    #[must_use]
    pub fn excluded(mut self) -> Self {
        self.record = Record::Exclude;
        self
    }
}
