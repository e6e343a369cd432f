//! A change as read from the log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Action, ChangesetId, Diff, ObjectKey};

/// A change as read from the log: one row, one action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Rising; the order of the changes to one object.
    pub id: i64,
    /// The changeset it belongs to.
    pub changeset: ChangesetId,
    /// Wall-clock time of the record. An attribute, never the order.
    pub recorded_at: DateTime<Utc>,
    /// The table: `name`, or `schema.name`.
    pub entity: String,
    /// The key of the row before the write.
    pub key: ObjectKey,
    /// What happened.
    pub action: Action,
    /// Which columns, from what to what.
    pub diff: Diff,
}
