//! Integers and floating point.

use serde_json::{Number, Value};

use super::error::EncodingError;
use super::scalar::describe;

/// From here on not every integer is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn integer(raw: Value) -> Result<Value, EncodingError> {
    let unexpected = |found| EncodingError::Unexpected {
        expected: "integer",
        found,
    };
    match raw {
        Value::Number(number) => Ok(Value::Number(whole(number))),
        Value::Bool(value) => Ok(u8::from(value).into()),
        Value::String(text) => {
            let text = text.trim();
            if let Ok(value) = text.parse::<i64>() {
                Ok(value.into())
            } else if let Ok(value) = text.parse::<u64>() {
                Ok(value.into())
            } else {
                Err(unexpected("text that is no 64-bit integer"))
            }
        }
        other => Err(unexpected(describe(&other))),
    }
}

/// `3.0` as `3`. A fraction, which SQLite lets into an integer column, is kept as it is.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and below 2^53: exact"
)]
fn whole(number: Number) -> Number {
    match number.as_f64() {
        Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < EXACT => {
            Number::from(value as i64)
        }
        _ => number,
    }
}

pub(super) fn double(raw: Value) -> Result<Value, EncodingError> {
    read(raw, "double").map(write)
}

pub(super) fn float(raw: Value) -> Result<Value, EncodingError> {
    read(raw, "float").map(|value| write(shortest(value)))
}

fn read(raw: Value, expected: &'static str) -> Result<f64, EncodingError> {
    let unexpected = |found| EncodingError::Unexpected { expected, found };
    match raw {
        Value::Number(number) => number
            .as_f64()
            .ok_or_else(|| unexpected("a number out of range")),
        // Rust reads nan, inf and infinity in any case, and 9e999 as infinity.
        Value::String(text) => text
            .trim()
            .parse()
            .map_err(|_| unexpected("text that is no number")),
        other => Err(unexpected(describe(&other))),
    }
}

fn write(value: f64) -> Value {
    // Negative zero is zero: PostgreSQL's jsonb does not keep the sign.
    let value = if value == 0.0 { 0.0 } else { value };
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => "NaN".into(),
        None if value > 0.0 => "Infinity".into(),
        None => "-Infinity".into(),
    }
}

/// The double that reads like the float: 0.1, where a widened float is 0.10000000149011612. What a
/// float cannot hold (the column holds doubles after all) is kept.
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked: finite stays finite, non-zero non-zero"
)]
fn shortest(value: f64) -> f64 {
    let narrow = value as f32;
    if !value.is_finite() || narrow.is_infinite() || (narrow == 0.0) != (value == 0.0) {
        return value;
    }
    narrow.to_string().parse().unwrap_or(value)
}
