//! A statement under construction: text and values that grow together.

use sea_orm::{DbBackend, Statement, Value, sea_query::Values};

use crate::statement::{Fragment, Piece};

use super::Dialect;

/// SQL text and its bound values.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    dialect: Dialect,
    text: String,
    values: Vec<Value>,
    /// PostgreSQL: where each of the caller's parameters already stands.
    placed: Vec<(usize, usize)>,
}

impl Sql {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::new(),
            values: Vec::new(),
            placed: Vec::new(),
        }
    }

    /// A text whose placeholders stand for `values`, in their order.
    pub(crate) fn of(dialect: Dialect, text: String, values: Vec<Value>) -> Self {
        Self {
            dialect,
            text,
            values,
            placed: Vec::new(),
        }
    }

    /// A statement that goes on from a text of the caller's with all of its values.
    pub(crate) fn from_caller(dialect: Dialect, text: &str, values: &[Value]) -> Self {
        Self {
            dialect,
            text: text.to_owned(),
            values: values.to_vec(),
            placed: (0..values.len()).map(|index| (index, index + 1)).collect(),
        }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for `value`.
    pub(crate) fn bind(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        if self.dialect.backend() == DbBackend::Postgres {
            self.text.push('$');
            self.text.push_str(&self.values.len().to_string());
        } else {
            self.text.push('?');
        }
        self
    }

    /// Appends a piece of the caller's statement with the caller's values for its parameters.
    pub(crate) fn fragment(&mut self, fragment: &Fragment, caller: &[Value]) -> &mut Self {
        for piece in fragment.pieces() {
            match piece {
                Piece::Sql(text) => self.text.push_str(text),
                Piece::Param(index) => self.caller_param(*index, caller),
            }
        }
        self
    }

    fn caller_param(&mut self, index: usize, caller: &[Value]) {
        let placed = self.placed.iter().find(|(param, _)| *param == index);
        if let (true, Some((_, number))) = (self.dialect.is_postgres(), placed) {
            self.text.push('$');
            self.text.push_str(&number.to_string());
            return;
        }
        // A parameter without a value is the caller's mistake: bind what makes the database say so.
        match caller.get(index) {
            Some(value) => {
                self.bind(value.clone());
                self.placed.push((index, self.values.len()));
            }
            None if self.dialect.is_postgres() => {
                self.text.push_str(&format!("${}", index + 1));
            }
            None => self.text.push('?'),
        }
    }

    /// Goes on with another statement. Several with parameters are for SQLite's driver, and for a
    /// compound statement of MariaDB.
    pub(crate) fn then(&mut self, next: Self) {
        self.then_text(&next.text, next.values);
    }

    /// The same with a text whose placeholders stand for `values`.
    pub(crate) fn then_text(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        if !self.text.is_empty() {
            self.text.push_str("; ");
        }
        self.text.push_str(text);
        self.values.extend(values);
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    pub(crate) fn into_statement(self) -> Statement {
        Statement {
            sql: self.text,
            values: (!self.values.is_empty()).then_some(Values(self.values)),
            db_backend: self.dialect.backend(),
        }
    }
}
