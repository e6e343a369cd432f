//! Names of tables, and what they stand for.

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    Lookup, Refusal, TableUse,
    source::{Source, Span},
};

/// A table's name in a statement.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) span: Span,
    schema: Option<String>,
    pub(super) table: String,
}

/// The table a write is aimed at.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) name: Name,
    pub(super) alias: Option<usize>,
}

impl Name {
    /// The name that begins at `at`.
    pub(super) fn read(source: &Source<'_>, at: usize) -> Option<Self> {
        let mut parts = vec![identifier(source, at)?];
        let mut end = at + 1;
        while source.is_token(end, &Token::Period) {
            parts.push(identifier(source, end + 1)?);
            end += 2;
        }
        let table = parts.pop()?;
        Some(Self { span: at..end, schema: parts.pop(), table })
    }

    /// The identifier at `at` alone, whatever it qualifies.
    pub(super) fn read_one(source: &Source<'_>, at: usize) -> Option<Self> {
        let table = identifier(source, at)?;
        Some(Self { span: at..at + 1, schema: None, table })
    }

    /// What the table is.
    pub(super) fn table_use(&self, tables: &Lookup<'_>) -> TableUse {
        tables(self.schema.as_deref(), &self.table)
    }

    /// The name for a message.
    pub(super) fn display(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.table),
            None => self.table.clone(),
        }
    }

    pub(super) fn refusal(&self, kind: &'static str, why: &str) -> Refusal {
        Refusal { table: self.display(), kind, why: why.to_owned() }
    }
}

impl Target {
    /// The table, and perhaps its alias, that fill `span`.
    pub(super) fn read(source: &Source<'_>, span: Span) -> Option<Self> {
        let name = Name::read(source, span.start)?;
        let mut at = name.span.end;
        // PostgreSQL: `product *`, the default, includes tables that inherit from it.
        if source.backend == DbBackend::Postgres && source.is_token(at, &Token::Mul) {
            at += 1;
        }
        let explicit = source.is(at, "AS");
        at += usize::from(explicit);
        let alias = (at < span.end && identifier(source, at).is_some()).then_some(at);
        let end = alias.map_or(at, |alias| alias + 1);
        (end == span.end && explicit <= alias.is_some()).then_some(Self { name, alias })
    }

    /// What the statement's own columns may be qualified with: the alias, or else the name.
    pub(super) fn qualifier(&self, source: &Source<'_>) -> String {
        let alias = self.alias.and_then(|alias| identifier(source, alias));
        alias.unwrap_or_else(|| self.name.table.clone())
    }
}

/// The identifier at `at`, unquoted and folded as the database would.
pub(super) fn identifier(source: &Source<'_>, at: usize) -> Option<String> {
    match source.get(at)? {
        Token::Word(word) => {
            let folds = source.backend == DbBackend::Postgres && word.quote_style.is_none();
            Some(if folds { word.value.to_lowercase() } else { word.value.clone() })
        }
        // SQLite takes strings for names where only a name can stand, MySQL with ANSI_QUOTES.
        Token::SingleQuotedString(text) if source.backend == DbBackend::Sqlite => Some(text.clone()),
        Token::DoubleQuotedString(text) if source.backend == DbBackend::MySql => Some(text.clone()),
        _ => None,
    }
}

/// Whether two identifiers are one.
pub(super) fn same(backend: DbBackend, left: &str, right: &str) -> bool {
    match backend {
        DbBackend::Postgres => left == right,
        _ => left.eq_ignore_ascii_case(right),
    }
}
