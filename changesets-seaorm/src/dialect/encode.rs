//! Expressions that read a column in the log's value encoding.
//!
//! PostgreSQL encodes wholly in SQL, because there one statement writes the change row
//! ([`postgres`]). SQLite and MySQL hand over a raw JSON form, which
//! [`ColumnKind::canonical`] then brings into the encoding ([`Dialect::raw`]).
//! The encoding itself is specified in `docs/log-format.md`.

use changesets_core::ColumnKind;
use sea_orm::DbBackend;

use super::{
    Dialect,
    json::{decimal_digits, double_digits},
    postgres,
};

impl Dialect {
    /// `column` as an argument of the database's JSON array function.
    ///
    /// `db_type` is the database's name of the column's type, where it is known: MySQL would hand over
    /// bits and bytes of a type that the entity does not name as if they were text.
    pub(crate) fn raw(self, kind: &ColumnKind, column: &str, db_type: &str) -> String {
        match self.backend {
            DbBackend::Sqlite => sqlite(kind, column),
            DbBackend::Postgres => postgres::encoded(kind, column),
            _ => mysql(kind, column, db_type),
        }
    }

    /// The name of the function that makes a JSON array of its arguments.
    pub(crate) fn json_array(self) -> &'static str {
        match self.backend {
            DbBackend::Sqlite => "json_array",
            DbBackend::Postgres => "jsonb_build_array",
            _ => "JSON_ARRAY",
        }
    }
}

fn sqlite(kind: &ColumnKind, c: &str) -> String {
    match kind {
        ColumnKind::Uuid => format!("CASE typeof({c}) WHEN 'blob' THEN hex({c}) ELSE {c} END"),
        ColumnKind::Binary => format!("CASE WHEN {c} IS NULL THEN NULL ELSE hex({c}) END"),
        // JSON has no word for the infinities.
        ColumnKind::Decimal { .. } => format!(
            "CASE typeof({c}) WHEN 'real' THEN CASE WHEN abs({c}) = 9e999 THEN \
             iif({c} > 0, 'Infinity', '-Infinity') ELSE {} END {}",
            decimal_digits(c),
            blob_guard(c)
        ),
        ColumnKind::Float | ColumnKind::Double => format!(
            "CASE typeof({c}) WHEN 'real' THEN CASE WHEN abs({c}) = 9e999 THEN \
             iif({c} > 0, 'Infinity', '-Infinity') ELSE json({}) END {}",
            double_digits(c),
            blob_guard(c)
        ),
        _ => format!("CASE typeof({c}) {}", blob_guard(c)),
    }
}

/// SQLite columns hold any type: a blob where none belongs is handed over as an object,
/// which no kind accepts, so that the error names the column.
fn blob_guard(c: &str) -> String {
    format!("WHEN 'blob' THEN json_object('blob', hex({c})) ELSE {c} END")
}

fn mysql(kind: &ColumnKind, c: &str, db_type: &str) -> String {
    let bytes = db_type.contains("blob") || db_type.contains("binary");
    let text = ["char", "text", "enum", "set"]
        .iter()
        .any(|text| db_type.contains(text));
    match kind {
        // Counted with, a word would be 0.
        ColumnKind::Integer | ColumnKind::Bool | ColumnKind::Float | ColumnKind::Double if text => {
            format!("CAST({c} AS CHAR)")
        }
        ColumnKind::Other if db_type.starts_with("bit") => format!("BIN({c})"),
        ColumnKind::Other if bytes => format!("LOWER(HEX({c}))"),
        ColumnKind::Integer | ColumnKind::Bool => format!("{c} + 0"),
        ColumnKind::Float | ColumnKind::Double => format!("CAST({c} AS DOUBLE)"),
        ColumnKind::Uuid => {
            format!("CASE WHEN LENGTH({c}) = 16 THEN HEX({c}) ELSE CAST({c} AS CHAR) END")
        }
        ColumnKind::Binary => format!("HEX({c})"),
        _ => format!("CAST({c} AS CHAR)"),
    }
}
