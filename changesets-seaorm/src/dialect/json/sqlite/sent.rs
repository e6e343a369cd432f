//! What a value that is sent tells of the form in which it is kept: then SQLite need not be asked for it.

#[cfg(test)]
mod tests;

use changesets_core::ColumnKind;
use chrono::{Datelike, NaiveDateTime, Timelike};
use sea_orm::Value;

use super::{EXACT_DIGITS, usual::MAX_PLACES};

/// Whether a column of type `db_type` keeps each of `values`, as the driver hands them over, in the
/// [usual form](super::usual) of its kind, if that has one.
pub(in crate::dialect::json) fn keeps_usual<'a>(
    kind: &ColumnKind,
    db_type: &str,
    mut values: impl Iterator<Item = &'a Value>,
) -> bool {
    let affinity = || Affinity::of(db_type);
    match kind {
        ColumnKind::Integer => affinity().keeps_integers() && values.all(is_integer),
        ColumnKind::Bool => {
            affinity().keeps_integers() && values.all(|value| matches!(value, Value::Bool(Some(_))))
        }
        ColumnKind::Text | ColumnKind::Other => {
            affinity().keeps_texts() && values.all(|value| matches!(value, Value::String(Some(_))))
        }
        ColumnKind::Decimal {
            scale: Some(places),
        } if *places <= MAX_PLACES => {
            // So many can be told from the double that is kept for them.
            let few = |units| units < 10_u128.pow(EXACT_DIGITS);
            affinity().reads_numbers() && values.all(|value| units(value, *places).is_some_and(few))
        }
        // No affinity takes a time for a number.
        ColumnKind::Timestamp => values.all(
            |value| matches!(value, Value::ChronoDateTime(Some(time)) if is_clock_time(*time)),
        ),
        ColumnKind::TimestampTz => values.all(|value| {
            matches!(value, Value::ChronoDateTimeUtc(Some(time)) if is_clock_time(time.naive_utc()))
        }),
        _ => true,
    }
}

/// What a column makes of values of other types
/// (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    /// It leaves all values as they are.
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    fn of(db_type: &str) -> Self {
        let has = |name: &str| {
            let mut parts = db_type.as_bytes().windows(name.len());
            parts.any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
        };
        let names = |names: &[&str]| names.iter().any(|name| has(name));
        if names(&["INT"]) {
            Self::Integer
        } else if names(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        // Of a strict table, `ANY` leaves values as they are; of others, it reads numbers.
        } else if db_type.is_empty() || names(&["BLOB"]) || db_type.eq_ignore_ascii_case("any") {
            Self::Blob
        } else if names(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    fn keeps_integers(self) -> bool {
        matches!(self, Self::Integer | Self::Numeric | Self::Blob)
    }

    fn keeps_texts(self) -> bool {
        matches!(self, Self::Text | Self::Blob)
    }

    /// Whether it makes numbers of texts that are some.
    fn reads_numbers(self) -> bool {
        matches!(self, Self::Integer | Self::Numeric | Self::Real)
    }
}

fn is_integer(value: &Value) -> bool {
    matches!(
        value,
        Value::TinyInt(Some(_))
            | Value::SmallInt(Some(_))
            | Value::Int(Some(_))
            | Value::BigInt(Some(_))
            | Value::TinyUnsigned(Some(_))
            | Value::SmallUnsigned(Some(_))
            | Value::Unsigned(Some(_))
    )
}

/// How many of its last of so many `places` a decimal has, if it has no more of them.
#[cfg_attr(
    not(feature = "with-rust_decimal"),
    expect(unused_variables, reason = "there are no decimals")
)]
fn units(value: &Value, places: u32) -> Option<u128> {
    match value {
        #[cfg(feature = "with-rust_decimal")]
        Value::Decimal(Some(decimal)) => {
            let more = 10_u128.checked_pow(places.checked_sub(decimal.scale())?)?;
            decimal.mantissa().unsigned_abs().checked_mul(more)
        }
        _ => None,
    }
}

/// Whether the driver writes it with four digits of a year, and six or nine of a fraction: it takes as few
/// groups of three as there have to be.
fn is_clock_time(time: NaiveDateTime) -> bool {
    let fraction = time.nanosecond();
    (0..10_000).contains(&time.year())
        && fraction < 1_000_000_000
        && !fraction.is_multiple_of(1_000_000)
}
