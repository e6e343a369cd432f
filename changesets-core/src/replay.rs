//! Changes folded into the rows they describe.

mod error;
mod object;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};

pub use self::error::ReplayError;
use self::object::Object;
use crate::{Action, Change, ObjectKey, TrackedTable};

/// Changes folded into the rows they describe: apply them in the order of their ids, and what
/// remains is what the tables hold.
///
/// ```
/// use changesets_core::{
///     Action, Change, ChangesetId, ColumnKind, Diff, ObjectKey, Replay, Row, TrackedColumn,
///     TrackedTable,
/// };
/// use serde_json::json;
///
/// let table = TrackedTable::new("tag")
///     .column(TrackedColumn::new("id", ColumnKind::Integer))
///     .column(TrackedColumn::new("name", ColumnKind::Text))
///     .key(["id"])
///     .build()?;
/// let inserted = Change {
///     id: 1,
///     changeset: ChangesetId::generate(),
///     recorded_at: "2026-03-01T09:30:00Z".parse().unwrap(),
///     entity: "tag".to_owned(),
///     key: ObjectKey::new("7"),
///     action: Action::Insert,
///     diff: Diff::insert(&table, &Row::new(vec![json!(7), json!("sale")])),
/// };
///
/// let mut replay = Replay::new();
/// replay.apply(&table, &inserted)?;
/// assert_eq!(replay.rows("tag")[&ObjectKey::new("7")]["name"], json!("sale"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Redacted columns are absent from the rows. A column the row does not have yet, because it was
/// added or began to be recorded later, takes the value the diff gives.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    entities: BTreeMap<String, BTreeMap<ObjectKey, VecDeque<Object>>>,
}

impl Replay {
    /// A replay of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies the next change of a table.
    ///
    /// A statement may move rows through each other's keys (`id = id + 1`, a swap under a deferred
    /// constraint), and the log has its changes one by one. So a row may move to a key where another
    /// one still is; [`Replay::check`] tells whether all of them made room.
    ///
    /// # Errors
    ///
    /// [`ReplayError`], naming change, entity and key: an insert of what is there, an update or
    /// delete of what is not, an old value the changes before did not lead to. The replay is then as
    /// it was.
    pub fn apply(&mut self, table: &TrackedTable, change: &Change) -> Result<(), ReplayError> {
        if change.entity != table.entity() {
            return Err(ReplayError::WrongTable {
                change: change.id,
                entity: change.entity.clone(),
                key: change.key.clone(),
                table: table.entity().to_owned(),
            });
        }
        let rows = self.entities.entry(change.entity.clone()).or_default();
        match change.action {
            Action::Insert if rows.contains_key(&change.key) => Err(ReplayError::AlreadyThere {
                change: change.id,
                entity: change.entity.clone(),
                key: change.key.clone(),
            }),
            Action::Insert => {
                let object = Object::inserted(table, change);
                rows.insert(change.key.clone(), VecDeque::from([object]));
                Ok(())
            }
            Action::Update => {
                let (object, key) = first(rows, change)?.updated(table, change)?;
                remove_first(rows, &change.key);
                // A row that stays where it was keeps its place before one that moved in.
                if key == change.key {
                    rows.entry(key).or_default().push_front(object);
                } else {
                    rows.entry(key).or_default().push_back(object);
                }
                Ok(())
            }
            Action::Delete => {
                first(rows, change)?.check_deleted(table, change)?;
                remove_first(rows, &change.key);
                Ok(())
            }
        }
    }

    /// Whether every key has one row, after the changes of whole statements.
    ///
    /// # Errors
    ///
    /// [`ReplayError::Occupied`] for a row that moved to a key another one never left.
    pub fn check(&self) -> Result<(), ReplayError> {
        for (entity, rows) in &self.entities {
            for (key, objects) in rows {
                if let Some(moved) = objects.get(1) {
                    return Err(ReplayError::Occupied {
                        change: moved.change,
                        entity: entity.clone(),
                        key: key.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The rows of an entity, each as its recorded columns.
    #[must_use]
    pub fn rows(&self, entity: &str) -> BTreeMap<ObjectKey, Map<String, Value>> {
        let rows = self.entities.get(entity).into_iter().flatten();
        rows.filter_map(|(key, objects)| Some((key.clone(), objects.back()?.columns.clone())))
            .collect()
    }

    /// One row of an entity.
    #[must_use]
    pub fn row(&self, entity: &str, key: &ObjectKey) -> Option<&Map<String, Value>> {
        let objects = self.entities.get(entity)?.get(key)?;
        objects.back().map(|object| &object.columns)
    }
}

/// The row a change under this key is about: the one that is there longest.
fn first<'a>(
    rows: &'a BTreeMap<ObjectKey, VecDeque<Object>>,
    change: &Change,
) -> Result<&'a Object, ReplayError> {
    rows.get(&change.key)
        .and_then(VecDeque::front)
        .ok_or_else(|| ReplayError::NotThere {
            change: change.id,
            entity: change.entity.clone(),
            key: change.key.clone(),
        })
}

fn remove_first(rows: &mut BTreeMap<ObjectKey, VecDeque<Object>>, key: &ObjectKey) {
    if let Some(objects) = rows.get_mut(key) {
        objects.pop_front();
        if objects.is_empty() {
            rows.remove(key);
        }
    }
}
