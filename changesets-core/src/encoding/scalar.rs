//! Truth values, text, UUIDs, JSON and bytes.

use serde_json::Value;
use uuid::Uuid;

use super::error::EncodingError;

/// What a value is, in words, without the value.
pub(super) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

pub(super) fn boolean(raw: Value) -> Result<Value, EncodingError> {
    let unexpected = |found| EncodingError::Unexpected {
        expected: "bool",
        found,
    };
    match raw {
        Value::Bool(value) => Ok(value.into()),
        Value::Number(number) => Ok((number.as_f64() != Some(0.0)).into()),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "t" | "true" => Ok(true.into()),
            "0" | "f" | "false" => Ok(false.into()),
            _ => Err(unexpected("text that is no truth value")),
        },
        other => Err(unexpected(describe(&other))),
    }
}

pub(super) fn text(raw: Value) -> Value {
    match raw {
        Value::String(text) => Value::String(text),
        other => Value::String(other.to_string()),
    }
}

pub(super) fn uuid(raw: Value) -> Result<Value, EncodingError> {
    match raw {
        Value::String(text) => Ok(Value::String(match Uuid::try_parse(&text) {
            Ok(uuid) => uuid.as_hyphenated().to_string(),
            Err(_) => text,
        })),
        other => Err(EncodingError::Unexpected {
            expected: "uuid",
            found: describe(&other),
        }),
    }
}

pub(super) fn json(raw: Value) -> Result<Value, EncodingError> {
    match raw {
        Value::String(text) => {
            serde_json::from_str(&text).map_err(|error| EncodingError::InvalidJson {
                line: error.line(),
                column: error.column(),
            })
        }
        other => Ok(other),
    }
}

pub(super) fn binary(raw: Value) -> Result<Value, EncodingError> {
    let unexpected = |found| EncodingError::Unexpected {
        expected: "binary",
        found,
    };
    let Value::String(text) = raw else {
        return Err(unexpected(describe(&raw)));
    };
    // PostgreSQL and MySQL mark hex text in their own ways.
    let hex = text
        .strip_prefix("\\x")
        .or_else(|| text.strip_prefix("0x"))
        .unwrap_or(&text);
    if hex.len() % 2 == 0 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(Value::String(hex.to_ascii_lowercase()))
    } else {
        Err(unexpected("text that is no hex"))
    }
}
