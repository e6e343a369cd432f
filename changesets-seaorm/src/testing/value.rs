//! Expected values as the log would write them.

use changesets_core::ColumnKind;
use sea_orm::Value;
use serde_json::Value as Json;

use crate::history::raw_json;

/// `value` in a column of this kind. What does not fit the kind stays as it is, and matches nothing.
pub(super) fn by_kind(kind: &ColumnKind, value: &Value) -> Json {
    let raw = no_number(value).unwrap_or_else(|| raw_json(value));
    #[cfg(feature = "postgres-array")]
    if let (ColumnKind::Array(element), Value::Array(_, Some(values))) = (kind, value) {
        return values.iter().map(|value| by_kind(element, value)).collect();
    }
    // The canonical form of a JSON column reads strings as text of JSON.
    if matches!((kind, value), (ColumnKind::Json, Value::Json(_))) {
        return raw;
    }
    kind.canonical(raw.clone()).unwrap_or(raw)
}

/// `value` in a column of the kind its own type suggests.
pub(super) fn by_value(value: &Value) -> Json {
    #[cfg(feature = "postgres-array")]
    if let Value::Array(_, Some(values)) = value {
        return values.iter().map(by_value).collect();
    }
    by_kind(&kind_of(value), value)
}

/// What JSON has no number for, and would be null.
fn no_number(value: &Value) -> Option<Json> {
    let number = match value {
        Value::Float(number) => f64::from((*number)?),
        Value::Double(number) => (*number)?,
        _ => return None,
    };
    let text = match number {
        number if number.is_nan() => "NaN",
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => return None,
    };
    Some(text.into())
}

/// The types that are not written in one way by everybody; the rest is written by its JSON.
fn kind_of(value: &Value) -> ColumnKind {
    match value {
        Value::Bool(_) => ColumnKind::Bool,
        Value::Float(_) => ColumnKind::Float,
        Value::Double(_) => ColumnKind::Double,
        Value::Json(_) => ColumnKind::Json,
        Value::ChronoDate(_) => ColumnKind::Date,
        Value::ChronoTime(_) => ColumnKind::Time,
        Value::ChronoDateTime(_) => ColumnKind::Timestamp,
        Value::ChronoDateTimeUtc(_)
        | Value::ChronoDateTimeLocal(_)
        | Value::ChronoDateTimeWithTimeZone(_) => ColumnKind::TimestampTz,
        #[cfg(feature = "with-time")]
        Value::TimeDate(_) => ColumnKind::Date,
        #[cfg(feature = "with-time")]
        Value::TimeTime(_) => ColumnKind::Time,
        #[cfg(feature = "with-time")]
        Value::TimeDateTime(_) => ColumnKind::Timestamp,
        #[cfg(feature = "with-time")]
        Value::TimeDateTimeWithTimeZone(_) => ColumnKind::TimestampTz,
        #[cfg(feature = "with-rust_decimal")]
        Value::Decimal(_) => ColumnKind::Decimal { scale: None },
        #[cfg(feature = "with-bigdecimal")]
        Value::BigDecimal(_) => ColumnKind::Decimal { scale: None },
        Value::String(_) | Value::Char(_) | Value::Enum(_) | Value::Uuid(_) => ColumnKind::Text,
        Value::Bytes(_) => ColumnKind::Binary,
        _ => ColumnKind::Integer,
    }
}

/// Whether a logged value is the expected one: as JSON, and numbers by their value, since `12` and
/// `12.0` are one in a column of doubles.
pub(super) fn same(expected: &Json, logged: &Json) -> bool {
    if expected == logged {
        return true;
    }
    match (expected, logged) {
        (Json::Number(expected), Json::Number(logged)) => {
            (expected.is_f64() || logged.is_f64()) && expected.as_f64() == logged.as_f64()
        }
        _ => false,
    }
}
