//! SQLite and MariaDB: a column's value as JSON text in the log's encoding, made by the database.
//!
//! Each expression here gives exactly what [`ColumnKind::canonical`] makes of the value, or NULL for
//! one that it was not made for, such as a date in words: then the log's columns, which are NOT NULL,
//! refuse the record, and the write is captured in steps, where Rust encodes. `None` is for kinds
//! that no expression can encode.

mod mariadb;
mod sqlite;
#[cfg(test)]
mod tests;

pub(super) use sqlite::{decimal_digits, double_digits};

use changesets_core::ColumnKind;
use sea_orm::Value;

use super::Dialect;

/// A part of a text that the database puts together.
#[derive(Debug)]
pub(crate) enum Part {
    /// This very text.
    Literal(String),
    /// What an expression gives.
    Value(String),
    /// What an expression gives, of a column that most often has a value in one form.
    Usual { value: String, usual: Usual },
}

/// What is known of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Nothing,
    /// None is NULL.
    Required,
    /// SQLite: all have the usual form of their kind.
    Usual,
}

/// SQLite: a form of a value for which less is to do.
#[derive(Debug)]
pub(crate) struct Usual {
    /// Whether a value has it; `None` where all have it.
    is: Option<String>,
    /// How `printf` writes it, and of what.
    format: String,
    arguments: String,
}

impl Dialect {
    /// `column` as JSON text; `db_type` is the database's name of the column's type.
    pub(crate) fn json_text(
        self,
        kind: &ColumnKind,
        db_type: &str,
        column: &str,
    ) -> Option<String> {
        if self.is_sqlite() {
            sqlite::json_text(kind, column)
        } else {
            mariadb::json_text(kind, db_type, column)
        }
    }

    /// The same as a part of a text, with what is known of the column.
    pub(crate) fn json_part(
        self,
        kind: &ColumnKind,
        db_type: &str,
        column: &str,
        known: Known,
    ) -> Option<Part> {
        let value = self.json_text(kind, db_type, column)?;
        let usual = match self.is_sqlite() && known != Known::Nothing {
            true => sqlite::usual(kind, column),
            false => None,
        };
        let Some(mut usual) = usual else {
            return Some(Part::Value(value));
        };
        if known == Known::Usual {
            usual.is = None;
        }
        Some(Part::Usual { value, usual })
    }

    /// SQLite: whether a column keeps each of `values`, when they are sent for it, in the usual form of its kind,
    /// if that has one.
    pub(crate) fn keeps_usual<'a>(
        self,
        kind: &ColumnKind,
        db_type: &str,
        values: impl Iterator<Item = &'a Value>,
    ) -> bool {
        sqlite::keeps_usual(kind, db_type, values)
    }

    /// `column`, the only one of a key, as the text of the object key.
    pub(crate) fn json_key_text(
        self,
        kind: &ColumnKind,
        db_type: &str,
        column: &str,
    ) -> Option<String> {
        let json = self.json_text(kind, db_type, column)?;
        match kind {
            ColumnKind::Integer | ColumnKind::Text if !self.is_sqlite() => {
                Some(format!("CAST({column} AS CHAR)"))
            }
            ColumnKind::Integer => Some(sqlite::integer_key(column)),
            ColumnKind::Text => Some(format!(
                "CASE typeof({column}) WHEN 'text' THEN {column} END"
            )),
            // JSON strings without anything that would be escaped.
            ColumnKind::Uuid | ColumnKind::Date | ColumnKind::Binary => {
                let bare = match self.is_sqlite() {
                    true => format!("trim({json}, '\"')"),
                    false => format!("TRIM(BOTH '\"' FROM {json})"),
                };
                Some(format!("CASE WHEN {column} IS NOT NULL THEN {bare} END"))
            }
            _ => None,
        }
    }

    /// `column`, one of several of a key, as the JSON in the object key.
    pub(crate) fn json_key_part(
        self,
        kind: &ColumnKind,
        db_type: &str,
        column: &str,
    ) -> Option<String> {
        let json = self.json_text(kind, db_type, column)?;
        match kind {
            ColumnKind::Integer if !self.is_sqlite() => Some(format!("CAST({column} AS CHAR)")),
            ColumnKind::Integer => Some(sqlite::integer_key(column)),
            ColumnKind::Uuid => Some(format!("CASE WHEN {column} IS NOT NULL THEN {json} END")),
            _ => None,
        }
    }

    /// Whether the encodings of `old` and `new` differ.
    pub(crate) fn json_differs(
        self,
        kind: &ColumnKind,
        db_type: &str,
        old: &str,
        new: &str,
    ) -> Option<String> {
        let (raw, tells) = if self.is_sqlite() {
            (sqlite::differs(old, new), sqlite::raw_tells(kind))
        } else {
            (
                mariadb::differs(db_type, old, new),
                mariadb::raw_tells(kind),
            )
        };
        if tells {
            return Some(raw);
        }
        let json = |column| self.json_text(kind, db_type, column);
        // Two that cannot be encoded are not said to be the same.
        let encoded = format!("COALESCE({} <> {}, 1)", json(old)?, json(new)?);
        let by_type = match self.is_sqlite() {
            true => sqlite::encodings_differ(kind, old, new, &encoded),
            false => None,
        };
        Some(by_type.unwrap_or_else(|| format!("({raw} AND {encoded})")))
    }

    /// MariaDB: `column` so that only values that are the same are equal, and any two can be put together.
    pub(crate) fn comparable(self, db_type: &str, column: &str) -> String {
        mariadb::comparable(db_type, column)
    }

    /// MariaDB: whether a column is too large for a table in memory.
    pub(crate) fn is_large(self, db_type: &str) -> bool {
        mariadb::is_large(db_type)
    }

    /// For JSON documents that differ as texts: whether they may be the same, spelled in another way.
    pub(crate) fn json_is_respelled(
        self,
        kind: &ColumnKind,
        old: &str,
        new: &str,
    ) -> Option<String> {
        (*kind == ColumnKind::Json).then(|| match self.is_sqlite() {
            true => sqlite::same_document(old, new),
            false => format!("JSON_EQUALS({old}, {new})"),
        })
    }

    /// The texts `parts`, one after the other. Where one of them is NULL: NULL on MariaDB, an error on
    /// SQLite.
    pub(crate) fn concat(self, parts: &[Part]) -> String {
        match self.is_sqlite() {
            true => sqlite::concat(self, parts),
            false => mariadb::concat(self, parts),
        }
    }

    /// The member `name` of the JSON object `object`, as JSON; `name` needs no quoting.
    pub(crate) fn json_member(self, object: &str, name: &str) -> String {
        match self.is_sqlite() {
            true => format!("({object} -> '$.\"{name}\"')"),
            false => format!("JSON_EXTRACT({object}, '$.\"{name}\"')"),
        }
    }

    /// The same as text without quotes; NULL for null.
    pub(crate) fn json_member_text(self, object: &str, name: &str) -> String {
        match self.is_sqlite() {
            true => format!("({object} ->> '$.\"{name}\"')"),
            false => format!("JSON_VALUE({object}, '$.\"{name}\"')"),
        }
    }
}
