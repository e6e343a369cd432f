//! The identity of a row, as text.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The identity of a row, as text: the canonical value of its key.
///
/// A key of one column is that value as plain text; a key of several is a compact JSON array of the
/// values, in key order.
///
/// ```
/// use changesets_core::ObjectKey;
/// use serde_json::json;
///
/// assert_eq!(ObjectKey::from_canonical(&[json!(42)]).unwrap().as_str(), "42");
/// assert_eq!(ObjectKey::from_canonical(&[json!("a b")]).unwrap().as_str(), "a b");
/// assert_eq!(ObjectKey::from_canonical(&[json!(7), json!("x")]).unwrap().as_str(), r#"[7,"x"]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// A key that is already in its text form, as the log stores it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key of canonical values (see [`ColumnKind`](crate::ColumnKind)), in key order.
    ///
    /// # Errors
    ///
    /// [`KeyError::Empty`] without values, [`KeyError::Null`] when one is null: a null identifies
    /// nothing.
    pub fn from_canonical(values: &[Value]) -> Result<Self, KeyError> {
        if let Some(index) = values.iter().position(Value::is_null) {
            return Err(KeyError::Null { index });
        }
        match values {
            [] => Err(KeyError::Empty),
            [Value::String(text)] => Ok(Self(text.clone())),
            [value] => Ok(Self(value.to_string())),
            several => Ok(Self(Value::from(several).to_string())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for ObjectKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.0
    }
}

/// The values are no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There are no values.
    #[error("a key needs at least one value")]
    Empty,
    /// A value is null.
    #[error("value {index} of the key is null: a row without a complete key cannot be recorded")]
    #[non_exhaustive]
    Null {
        /// Position of the null within the key, from 0.
        index: usize,
    },
}

#[cfg(test)]
mod tests;
