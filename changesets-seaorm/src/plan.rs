//! What a statement does to tracked tables, read from its text alone.
//!
//! The text is cut into lexemes with `sqlparser`'s tokenizer, and the clauses of a write are found
//! among them. Every part of a plan is a slice of the caller's own text, so nothing is lost by
//! printing it anew. `sqlparser`'s parser then reads the same lexemes, and both must agree; where
//! they do not, a write to a tracked table is refused rather than guessed at.
//!
//! What calls stored code (`CALL`, `DO`, `EXECUTE`, a function in a `SELECT`) passes: the text does
//! not say what that code writes.

mod cache;
mod check;
mod clauses;
mod delete;
mod fragment;
mod insert;
mod multi;
mod other;
mod params;
mod read;
mod returning;
mod script;
mod shorten;
mod source;
mod statement;
mod target;
mod update;
mod volatile;
mod with;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use cache::PlanCache;
pub(crate) use fragment::{Fragment, Piece};
pub(crate) use read::is_plain_read;
pub(crate) use write::{
    Assigned, Conflict, Cte, CteBody, DeletePlan, InsertPlan, Main, ReturnItem, TableWrite,
    UpdatePlan, Write, WriteKind,
};

use std::sync::Arc;

use sea_orm::DbBackend;

use shorten::shorten;
use source::Source;

/// Shorter texts are parsed whole: there is nothing to win by looking for rows to leave out.
const LONG: usize = 1024;

/// What a table name in a statement stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableUse {
    /// A tracked table, by its position in the tracker.
    Tracked(usize),
    /// One of our own log tables.
    Log,
    /// Nothing that concerns us.
    Other,
}

/// Says what a table is, given its schema and name, folded as the database would fold them.
pub(crate) type Lookup<'a> = dyn Fn(Option<&str>, &str) -> TableUse + 'a;

/// What to do with a statement.
#[derive(Debug)]
pub(crate) enum Plan {
    /// It changes nothing that is tracked.
    Pass,
    /// It may change the schema: whatever is known of the database's catalog is out of date.
    Schema,
    /// One statement that writes at least one tracked table.
    Write(Arc<Write>),
    /// Several statements in one text, at least one of which does not simply pass.
    Script(Vec<ScriptPart>),
    /// It changes a tracked table in a way that cannot be recorded.
    Refuse(Refusal),
    /// It begins or ends a transaction or a savepoint.
    TransactionControl {
        /// The statement's first words.
        kind: &'static str,
    },
}

/// One statement of several.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScriptPart {
    /// Its text, as the caller wrote it, without the semicolon.
    pub(crate) sql: String,
}

/// Why a statement cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The table as the statement names it.
    pub(crate) table: String,
    /// The kind of statement.
    pub(crate) kind: &'static str,
    /// Why, and where there is one the way out.
    pub(crate) why: String,
}

/// Plans `sql`.
pub(crate) fn plan(backend: DbBackend, sql: &str, tables: &Lookup<'_>) -> Plan {
    let short = (sql.len() > LONG).then(|| shorten(backend, sql)).flatten();
    let source = match &short {
        Some(short) => Source::new(backend, &short.text, Some((sql, short.cut))),
        None => Source::new(backend, sql, None),
    };
    match source {
        Some(source) => script::plan(&source, tables),
        None => statement::unreadable_text(backend, sql, tables),
    }
}
