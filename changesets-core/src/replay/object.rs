//! One row under replay.

use serde_json::{Map, Value};

use super::ReplayError;
use crate::diff::is_redacted;
use crate::{Change, ObjectKey, TrackedTable};

#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) columns: Map<String, Value>,
    /// The change that put it under its key.
    pub(super) change: i64,
}

impl Object {
    pub(super) fn inserted(table: &TrackedTable, change: &Change) -> Self {
        let known = change
            .diff
            .as_map()
            .iter()
            .filter(|(_, value)| !is_redacted(value));
        let columns = known
            .map(|(column, value)| (column.clone(), settle(table, column, value)))
            .collect();
        Self {
            columns,
            change: change.id,
        }
    }

    /// The row after an update, and the key it has then.
    pub(super) fn updated(
        &self,
        table: &TrackedTable,
        change: &Change,
    ) -> Result<(Self, ObjectKey), ReplayError> {
        let mut columns = self.columns.clone();
        for (column, value) in change.diff.as_map() {
            if is_redacted(value) {
                columns.remove(column);
                continue;
            }
            let Some([old, new]) = value.as_array().map(Vec::as_slice) else {
                return Err(ReplayError::Malformed {
                    change: change.id,
                    entity: change.entity.clone(),
                    key: change.key.clone(),
                    column: column.clone(),
                });
            };
            self.check(table, change, column, old)?;
            columns.insert(column.clone(), settle(table, column, new));
        }
        let moved = table
            .key_columns()
            .any(|column| change.diff.as_map().contains_key(&column.name));
        let key = if moved {
            new_key(table, change, &columns)?
        } else {
            change.key.clone()
        };
        let since = if key == change.key {
            self.change
        } else {
            change.id
        };
        Ok((
            Self {
                columns,
                change: since,
            },
            key,
        ))
    }

    /// Whether a delete tells of this row.
    pub(super) fn check_deleted(
        &self,
        table: &TrackedTable,
        change: &Change,
    ) -> Result<(), ReplayError> {
        let known = change
            .diff
            .as_map()
            .iter()
            .filter(|(_, value)| !is_redacted(value));
        for (column, old) in known {
            self.check(table, change, column, old)?;
        }
        Ok(())
    }

    fn check(
        &self,
        table: &TrackedTable,
        change: &Change,
        column: &str,
        old: &Value,
    ) -> Result<(), ReplayError> {
        let is = self.columns.get(column);
        if is.is_none_or(|is| same(is, &settle(table, column, old))) {
            return Ok(());
        }
        Err(ReplayError::Mismatch {
            change: change.id,
            entity: change.entity.clone(),
            key: change.key.clone(),
            column: column.to_owned(),
        })
    }
}

fn new_key(
    table: &TrackedTable,
    change: &Change,
    columns: &Map<String, Value>,
) -> Result<ObjectKey, ReplayError> {
    let value = |name: &String| columns.get(name).cloned().unwrap_or_default();
    let values: Vec<Value> = table
        .key_columns()
        .map(|column| value(&column.name))
        .collect();
    ObjectKey::from_canonical(&values).map_err(|error| ReplayError::NewKey {
        change: change.id,
        entity: change.entity.clone(),
        key: change.key.clone(),
        error,
    })
}

fn settle(table: &TrackedTable, column: &str, value: &Value) -> Value {
    match table.column(column) {
        Some(column) => column.kind.settle(value.clone()),
        None => value.clone(),
    }
}

/// Equal, with numbers compared by value: a database may write `1e16` as an integer.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) if left.is_f64() != right.is_f64() => {
            left.as_f64() == right.as_f64()
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}
