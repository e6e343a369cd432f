//! A change together with its changeset: what every history is made of.

use changesets_core::{Action, Actor, Change, ChangesetId, Diff, LogTables, ObjectKey};
use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;

use super::{error::HistoryError, links::LinkChange, revision::Revision};
use crate::log::{change, changeset};
use crate::table::entity_name;

/// A change of any entity, with its changeset: what the [feed](super::feed) yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub(crate) change: Change,
    pub(crate) changeset: changeset::Model,
    pub(crate) links: Vec<LinkChange>,
    /// The key whose history this was read in.
    pub(crate) root: ObjectKey,
    pub(crate) life: Option<usize>,
    pub(crate) tables: LogTables,
}

impl Entry {
    /// The change's id: rising, and the order of the changes to one object.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.change.id
    }

    /// The entity: a table's name, schema-qualified where the entity names one.
    #[must_use]
    pub fn entity(&self) -> &str {
        &self.change.entity
    }

    /// The object's key before the change.
    #[must_use]
    pub const fn key(&self) -> &ObjectKey {
        &self.change.key
    }

    /// What was done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.change.action
    }

    /// The values, as the log has them.
    #[must_use]
    pub const fn diff(&self) -> &Diff {
        &self.change.diff
    }

    /// The change as the log has it.
    #[must_use]
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// Who, when and why.
    #[must_use]
    pub const fn changeset(&self) -> &changeset::Model {
        &self.changeset
    }

    /// The id of the changeset.
    #[must_use]
    pub const fn changeset_id(&self) -> ChangesetId {
        self.change.changeset
    }

    /// Who did it, where that is known.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        let actor = Actor::new(self.changeset.actor.as_deref()?);
        Some(match &self.changeset.actor_label {
            Some(label) => actor.label(label),
            None => actor,
        })
    }

    /// Why it was done, where somebody said so.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.changeset.reason.as_deref()
    }

    /// When its changeset was opened. All changes of a changeset share it; for
    /// when each was written there is [`recorded_at`](Self::recorded_at).
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.changeset.created_at
    }

    /// When it was written to the log.
    #[must_use]
    pub const fn recorded_at(&self) -> DateTime<Utc> {
        self.change.recorded_at
    }

    /// The links it added or removed. In the feed these are both ends; in an
    /// object's history the ends opposite to the object.
    #[must_use]
    pub fn links(&self) -> &[LinkChange] {
        &self.links
    }

    /// The same with the types of entity `E`, when it is a change of `E`.
    #[must_use]
    pub fn revision<E: EntityTrait>(self) -> Option<Revision<E>> {
        (self.change.entity == entity_name::<E>()).then(|| Revision::of(self))
    }
}

/// The rows of the log, read.
pub(crate) fn read_entry(
    tables: &LogTables,
    row: change::Model,
    header: Option<changeset::Model>,
) -> Result<Entry, HistoryError> {
    let Some(changeset) = header else {
        return Err(malformed(
            tables,
            row.id,
            format!(
                "its changeset {} is not in table `{}`",
                row.changeset_id,
                tables.changeset()
            ),
        ));
    };
    let change = read_change(tables, row)?;
    Ok(Entry {
        root: change.key.clone(),
        change,
        changeset,
        links: Vec::new(),
        life: None,
        tables: tables.clone(),
    })
}

pub(crate) fn read_change(tables: &LogTables, row: change::Model) -> Result<Change, HistoryError> {
    let Ok(action) = row.action.parse::<Action>() else {
        let what = format!("`{}` is no action", row.action);
        return Err(malformed(tables, row.id, what));
    };
    let serde_json::Value::Object(diff) = row.diff else {
        return Err(malformed(tables, row.id, "its diff is no JSON object"));
    };
    Ok(Change {
        id: row.id,
        changeset: ChangesetId::from(row.changeset_id),
        recorded_at: row.recorded_at,
        entity: row.entity,
        key: ObjectKey::new(row.object_key),
        action,
        diff: Diff::from(diff),
    })
}

fn malformed(tables: &LogTables, id: i64, what: impl Into<String>) -> HistoryError {
    HistoryError::Malformed {
        table: tables.change().to_owned(),
        id: id.to_string(),
        what: what.into(),
    }
}
