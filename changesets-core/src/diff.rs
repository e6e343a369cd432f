//! What a change did to the columns of a row.

mod column_change;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::column_change::ColumnChange;
pub(crate) use self::column_change::is_redacted;
use self::column_change::redacted;
use crate::{Action, Record, Row, TrackedColumn, TrackedTable};

/// What a change did to the columns of a row, as the log stores it.
///
/// | action | form |
/// |---|---|
/// | insert | `{"column": value}`, every recorded column |
/// | update | `{"column": [old, new]}`, changed columns only |
/// | delete | `{"column": old}`, every recorded column |
///
/// Columns go by their database names, values by the [encoding](crate::ColumnKind). A redacted
/// column has `{"redacted": true}` in the place of its value or pair; a JSON column that holds just
/// that object reads as redacted. Excluded columns are absent.
///
/// ```
/// use changesets_core::{Action, ColumnKind, Diff, Row, TrackedColumn, TrackedTable};
/// use serde_json::json;
///
/// let table = TrackedTable::new("product")
///     .column(TrackedColumn::new("id", ColumnKind::Integer))
///     .column(TrackedColumn::new("price", ColumnKind::Decimal { scale: Some(2) }))
///     .key(["id"])
///     .build()?;
/// let old = Row::new(vec![json!(1), json!("12.50")]);
/// let new = Row::new(vec![json!(1), json!("9.90")]);
///
/// let diff = Diff::update(&table, &old, &new).expect("the price changed");
/// assert_eq!(serde_json::to_string(&diff).unwrap(), r#"{"price":["12.50","9.90"]}"#);
/// assert_eq!(diff.get(Action::Update, "price").unwrap().new, Some(json!("9.90")));
/// assert!(Diff::update(&table, &old, &old).is_none());
/// # Ok::<(), changesets_core::TableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Diff(Map<String, Value>);

impl Diff {
    /// The diff of a row that came to be.
    #[must_use]
    pub fn insert(table: &TrackedTable, new: &Row) -> Self {
        Self::whole(table, new)
    }

    /// The diff of a row that went away.
    #[must_use]
    pub fn delete(table: &TrackedTable, old: &Row) -> Self {
        Self::whole(table, old)
    }

    /// The diff of a row that changed; `None` when nothing that is recorded did.
    #[must_use]
    pub fn update(table: &TrackedTable, old: &Row, new: &Row) -> Option<Self> {
        let mut map = Map::new();
        for (position, column) in recorded(table) {
            let (old, new) = (old.get(position), new.get(position));
            if old == new {
                continue;
            }
            let value = match column.record {
                Record::Redact => redacted(),
                _ => Value::Array(vec![old.clone(), new.clone()]),
            };
            map.insert(column.name.clone(), value);
        }
        (!map.is_empty()).then_some(Self(map))
    }

    fn whole(table: &TrackedTable, row: &Row) -> Self {
        let entries = recorded(table).map(|(position, column)| {
            let value = match column.record {
                Record::Redact => redacted(),
                _ => row.get(position).clone(),
            };
            (column.name.clone(), value)
        });
        Self(entries.collect())
    }

    /// The names of the columns in the diff.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What the change did to a column; `None` when the column is not in the diff, or (an update)
    /// not in the form an update has.
    #[must_use]
    pub fn get(&self, action: Action, column: &str) -> Option<ColumnChange> {
        self.0
            .get(column)
            .and_then(|value| ColumnChange::read(action, value))
    }

    /// Whether there is nothing in the diff.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The JSON object.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The JSON object.
    #[must_use]
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

impl From<Map<String, Value>> for Diff {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl From<Diff> for Value {
    fn from(diff: Diff) -> Self {
        Self::Object(diff.0)
    }
}

fn recorded(table: &TrackedTable) -> impl Iterator<Item = (usize, &TrackedColumn)> {
    table
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| column.record != Record::Exclude)
}
