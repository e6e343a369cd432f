//! How the values of a column are encoded.

use serde_json::Value;

use super::error::EncodingError;
use super::{decimal, number, scalar, temporal};

/// How the values of a column are encoded in the log: one way, on every database.
///
/// | kind | canonical JSON |
/// |---|---|
/// | [`Integer`](Self::Integer) | number, exact |
/// | [`Float`](Self::Float), [`Double`](Self::Double) | number; `"NaN"`, `"Infinity"`, `"-Infinity"`; negative zero is zero |
/// | [`Decimal`](Self::Decimal) | string with its scale: `"12.50"` |
/// | [`Bool`](Self::Bool) | `true`, `false` |
/// | [`Text`](Self::Text) | string |
/// | [`Uuid`](Self::Uuid) | lower-case hyphenated string |
/// | [`Date`](Self::Date) | `"2026-03-01"` |
/// | [`Time`](Self::Time) | `"09:30:00.000000"` |
/// | [`Timestamp`](Self::Timestamp) | `"2026-03-01T09:30:00.000000"` |
/// | [`TimestampTz`](Self::TimestampTz) | `"2026-03-01T09:30:00.000000Z"`, in UTC |
/// | [`Json`](Self::Json) | the value itself |
/// | [`Binary`](Self::Binary) | lower-case hex string |
/// | [`Array`](Self::Array) | array of the element's encoding |
/// | [`Other`](Self::Other) | the database's text form |
///
/// NULL is null for every kind; the JSON value `null` in a JSON column cannot be told from it.
///
/// The enum is exhaustive on purpose: whoever reads columns must decide about every kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Integers of every width, signed or not, up to 64 bits.
    Integer,
    /// Floating point of 32 bits.
    Float,
    /// Floating point of 64 bits.
    Double,
    /// Exact decimals and money.
    Decimal {
        /// Digits after the point, where the column's type fixes them.
        scale: Option<u32>,
    },
    /// Truth values.
    Bool,
    /// Characters and enums.
    Text,
    /// UUIDs.
    Uuid,
    /// Dates.
    Date,
    /// Times of day.
    Time,
    /// Dates with a time of day, in no time zone.
    Timestamp,
    /// Points in time.
    TimestampTz,
    /// JSON documents.
    Json,
    /// Bytes.
    Binary,
    /// Arrays of an element kind.
    Array(Box<ColumnKind>),
    /// Everything else.
    Other,
}

impl ColumnKind {
    /// Brings what a database's `SELECT` gave into the canonical form.
    ///
    /// Databases and drivers differ in what they give, so the input is broad: numbers, strings and
    /// booleans where they mean the same; hex text for [`Binary`](Self::Binary); a string that holds
    /// JSON text, or any other JSON value, for [`Json`](Self::Json); a JSON array for
    /// [`Array`](Self::Array). Dates, times and UUIDs that do not parse (`infinity`,
    /// `0000-00-00`) are kept as the database's text.
    ///
    /// A canonical value is its own canonical form, except under [`Json`](Self::Json), where a string
    /// is always read as JSON text.
    ///
    /// ```
    /// use changesets_core::ColumnKind;
    /// use serde_json::json;
    ///
    /// let price = ColumnKind::Decimal { scale: Some(2) };
    /// assert_eq!(price.canonical(json!(12.5))?, json!("12.50"));
    /// assert_eq!(
    ///     ColumnKind::TimestampTz.canonical(json!("2026-03-01 10:30:00+01"))?,
    ///     json!("2026-03-01T09:30:00.000000Z"),
    /// );
    /// # Ok::<(), changesets_core::EncodingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EncodingError::Unexpected`] when the value is of another type,
    /// [`EncodingError::InvalidJson`] when the text of a JSON column does not parse.
    pub fn canonical(&self, raw: Value) -> Result<Value, EncodingError> {
        if raw.is_null() {
            return Ok(Value::Null);
        }
        match self {
            Self::Integer => number::integer(raw),
            Self::Float => number::float(raw),
            Self::Double => number::double(raw),
            Self::Decimal { scale } => decimal::decimal(raw, *scale),
            Self::Bool => scalar::boolean(raw),
            Self::Text | Self::Other => Ok(scalar::text(raw)),
            Self::Uuid => scalar::uuid(raw),
            Self::Date => Ok(temporal::kept(raw, temporal::date)),
            Self::Time => Ok(temporal::kept(raw, temporal::time)),
            Self::Timestamp => Ok(temporal::kept(raw, temporal::timestamp)),
            Self::TimestampTz => Ok(temporal::kept(raw, temporal::timestamp_tz)),
            Self::Json => scalar::json(raw),
            Self::Binary => scalar::binary(raw),
            Self::Array(element) => array(element, raw),
        }
    }

    /// Brings a value of the log back into the canonical form, which a JSON column of the database
    /// may have written in another way (`1e16` as `10000000000000000`). What does not fit the kind,
    /// because the column had another type then, is kept.
    pub(crate) fn settle(&self, logged: Value) -> Value {
        if self.holds_json() {
            return logged;
        }
        self.canonical(logged.clone()).unwrap_or(logged)
    }

    fn holds_json(&self) -> bool {
        match self {
            Self::Json => true,
            Self::Array(element) => element.holds_json(),
            _ => false,
        }
    }
}

fn array(element: &ColumnKind, raw: Value) -> Result<Value, EncodingError> {
    let Value::Array(values) = raw else {
        return Err(EncodingError::Unexpected {
            expected: "array",
            found: scalar::describe(&raw),
        });
    };
    let canonical = values.into_iter().map(|value| match value {
        // An array of several dimensions has the type of its innermost elements.
        Value::Array(_) if !matches!(element, ColumnKind::Array(_) | ColumnKind::Json) => {
            array(element, value)
        }
        value => element.canonical(value),
    });
    canonical.collect::<Result<_, _>>().map(Value::Array)
}

#[cfg(test)]
mod tests;
