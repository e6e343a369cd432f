//! The values of a row.

use serde_json::Value;

use crate::{KeyError, ObjectKey, TrackedTable};

/// The canonical values of a row, in the order of [`TrackedTable::columns`]. Excluded columns hold
/// null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row(Vec<Value>);

impl Row {
    /// A row of canonical values (see [`ColumnKind`](crate::ColumnKind)).
    #[must_use]
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The value of a column by its position in the table; null beyond the end.
    #[must_use]
    pub fn get(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    /// All values.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// The identity of the row.
    ///
    /// # Errors
    ///
    /// [`KeyError::Null`] when a key column is null.
    pub fn key(&self, table: &TrackedTable) -> Result<ObjectKey, KeyError> {
        let values: Vec<Value> = table
            .key()
            .iter()
            .map(|&column| self.get(column).clone())
            .collect();
        ObjectKey::from_canonical(&values)
    }
}
