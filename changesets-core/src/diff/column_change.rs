//! What a change did to one column.

use serde_json::{Map, Value};

use crate::Action;

/// The member that marks a value as redacted.
const REDACTED: &str = "redacted";

/// What a change did to one column.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ColumnChange {
    /// The value before; `None` for an insert, and when redacted.
    pub old: Option<Value>,
    /// The value after; `None` for a delete, and when redacted.
    pub new: Option<Value>,
    /// Whether the values were left out of the log.
    pub redacted: bool,
}

impl ColumnChange {
    pub(super) fn read(action: Action, value: &Value) -> Option<Self> {
        if is_redacted(value) {
            return Some(Self {
                redacted: true,
                ..Self::default()
            });
        }
        match action {
            Action::Insert => Some(Self {
                new: Some(value.clone()),
                ..Self::default()
            }),
            Action::Delete => Some(Self {
                old: Some(value.clone()),
                ..Self::default()
            }),
            Action::Update => match value.as_array()?.as_slice() {
                [old, new] => Some(Self {
                    old: Some(old.clone()),
                    new: Some(new.clone()),
                    redacted: false,
                }),
                _ => None,
            },
        }
    }
}

/// What stands in the place of a redacted value.
pub(super) fn redacted() -> Value {
    Value::Object(Map::from_iter([(REDACTED.to_owned(), Value::Bool(true))]))
}

/// Whether the value is what [`redacted`] makes.
pub(crate) fn is_redacted(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.len() == 1 && object.get(REDACTED) == Some(&Value::Bool(true)))
}
