//! What differs between the databases, as SQL text.
//!
//! The capture is written once; wherever it needs a database's own words it asks a [`Dialect`].

mod encode;
mod json;
mod key;
mod postgres;
mod sql;

pub(crate) use json::{Known, Part};
pub(crate) use key::raw_key_value;
pub(crate) use sql::Sql;

use std::borrow::Cow;

use sea_orm::DbBackend;

/// The words of one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    backend: DbBackend,
}

impl Dialect {
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { backend }
    }

    pub(crate) fn backend(self) -> DbBackend {
        self.backend
    }

    pub(crate) fn is_postgres(self) -> bool {
        self.backend == DbBackend::Postgres
    }

    pub(crate) fn is_sqlite(self) -> bool {
        self.backend == DbBackend::Sqlite
    }

    pub(crate) fn is_mysql(self) -> bool {
        self.backend == DbBackend::MySql
    }

    /// `name` as a quoted identifier.
    pub(crate) fn quote(self, name: &str) -> String {
        let mark = match self.backend {
            DbBackend::MySql => "`",
            _ => "\"",
        };
        [mark, &doubled(name, mark), mark].concat()
    }

    /// A table's quoted name.
    pub(crate) fn table(self, schema: Option<&str>, name: &str) -> String {
        match schema {
            Some(schema) => format!("{}.{}", self.quote(schema), self.quote(name)),
            None => self.quote(name),
        }
    }

    /// `text` as a string literal.
    pub(crate) fn literal(self, text: &str) -> String {
        let text = doubled(text, "'");
        let text = match self.backend {
            DbBackend::MySql => &doubled(&text, "\\"),
            _ => &text,
        };
        ["'", text, "'"].concat()
    }

    /// What makes a `SELECT` lock the rows it reads. SQLite locks the whole database instead.
    pub(crate) fn lock_rows(self, table: &str) -> String {
        match self.backend {
            DbBackend::Sqlite => String::new(),
            DbBackend::Postgres => format!(" FOR UPDATE OF {table}"),
            // `OF` is unknown to MariaDB.
            _ => " FOR UPDATE".to_owned(),
        }
    }
}

/// `text` with each `mark` in it twice.
fn doubled<'a>(text: &'a str, mark: &str) -> Cow<'a, str> {
    match text.contains(mark) {
        true => text.replace(mark, &mark.repeat(2)).into(),
        false => text.into(),
    }
}
