//! Finding a row again by its key: values as the database itself compares them.

use changesets_core::ColumnKind;
use sea_orm::{DbBackend, QueryResult, Value};

use super::{Dialect, Sql};

impl Dialect {
    /// An expression whose text [`Dialect::parse_raw_key`] turns into a value to compare with.
    ///
    /// SQLite's `quote` gives back any value as the literal that means exactly it.
    pub(crate) fn raw_key(self, kind: &ColumnKind, column: &str) -> String {
        match self.backend {
            DbBackend::Sqlite => format!("quote({column})"),
            DbBackend::Postgres if *kind == ColumnKind::Binary => {
                format!("encode({column}, 'hex')")
            }
            DbBackend::Postgres => format!("{column}::text"),
            _ if matches!(kind, ColumnKind::Binary | ColumnKind::Uuid) => format!("HEX({column})"),
            _ => format!("CAST({column} AS CHAR)"),
        }
    }

    /// The value that a text made by [`Dialect::raw_key`] stands for.
    pub(crate) fn parse_raw_key(self, kind: &ColumnKind, text: String) -> Value {
        match self.backend {
            DbBackend::Sqlite => parse_sqlite_literal(&text),
            DbBackend::Postgres => text.into(),
            _ => match kind {
                ColumnKind::Binary | ColumnKind::Uuid => unhex(&text).into(),
                ColumnKind::Integer | ColumnKind::Bool => integer(&text),
                _ => text.into(),
            },
        }
    }

    /// Appends `value` in a form that compares with a key column of database type `db_type`.
    pub(crate) fn bind_key(self, sql: &mut Sql, kind: &ColumnKind, db_type: &str, value: Value) {
        if !self.is_postgres() {
            sql.bind(value);
        } else if *kind == ColumnKind::Binary {
            sql.push("decode(").bind(value).push(", 'hex')");
        } else {
            sql.push("CAST(")
                .bind(value)
                .push("::text AS ")
                .push(db_type)
                .push(")");
        }
    }
}

/// A key value out of a row the caller asked for, in the same form as [`Dialect::parse_raw_key`].
///
/// `None` when the column is of a type that is not used for keys, or NULL.
pub(crate) fn raw_key_value(dialect: Dialect, row: &QueryResult, column: &str) -> Option<Value> {
    let integer = row
        .try_get::<i64>("", column)
        .or_else(|_| row.try_get::<i32>("", column).map(i64::from))
        .or_else(|_| row.try_get::<i16>("", column).map(i64::from));
    let unsigned = || row.try_get::<u64>("", column);
    let value = if let Ok(number) = integer {
        Value::from(number)
    } else if let (true, Ok(number)) = (dialect.is_mysql(), unsigned()) {
        Value::from(number)
    } else if let Ok(text) = row.try_get::<String>("", column) {
        Value::from(text)
    } else if let Ok(bytes) = row.try_get::<Vec<u8>>("", column) {
        Value::from(bytes)
    } else if let Ok(id) = row.try_get::<uuid::Uuid>("", column) {
        Value::from(id.to_string())
    } else {
        return None;
    };
    Some(if dialect.is_postgres() {
        as_text(value)
    } else {
        value
    })
}

fn as_text(value: Value) -> Value {
    match value {
        Value::BigInt(Some(number)) => number.to_string().into(),
        Value::Bytes(Some(bytes)) => hex(&bytes).into(),
        other => other,
    }
}

fn integer(text: &str) -> Value {
    match (text.parse::<i64>(), text.parse::<u64>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(number)) => number.into(),
        _ => text.into(),
    }
}

fn parse_sqlite_literal(text: &str) -> Value {
    if let Some(digits) = text.strip_prefix("X'").and_then(|t| t.strip_suffix('\'')) {
        unhex(digits).into()
    } else if let Some(inner) = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        inner.replace("''", "'").into()
    } else if let Ok(number) = text.parse::<i64>() {
        number.into()
    } else if let Ok(number) = text.parse::<f64>() {
        number.into()
    } else {
        Value::String(None)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_literal_gives_back_its_value() {
        assert_eq!(parse_sqlite_literal("42"), Value::from(42_i64));
        assert_eq!(parse_sqlite_literal("'it''s'"), Value::from("it's"));
        assert_eq!(
            parse_sqlite_literal("X'00FF'"),
            Value::from(vec![0_u8, 255])
        );
        assert_eq!(parse_sqlite_literal("1.5"), Value::from(1.5_f64));
        assert_eq!(parse_sqlite_literal("NULL"), Value::String(None));
    }
}
