//! What a statement does, in the terms of the capture.

use std::sync::Arc;

use crate::catalog::TableFacts;

use super::{Fragment, Kept, Picks};

/// What a table name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableUse {
    /// A tracked table, by its position in the tracker.
    Tracked(usize),
    /// One of the log's own tables.
    Log,
    Other,
}

/// What a text does.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Nothing to a tracked table.
    Pass,
    /// Changes the schema: what is known of the database is forgotten.
    Schema,
    /// Writes tracked tables.
    Write(Arc<Write>),
    /// Several statements, of which at least one is of interest.
    Script(Vec<ScriptPart>),
    /// Writes a tracked table in a way that cannot be recorded.
    Refuse(Refusal),
    /// Begins, ends or divides a transaction.
    TransactionControl { kind: &'static str },
}

/// One statement of a script.
#[derive(Debug)]
pub(crate) struct ScriptPart {
    pub(crate) sql: String,
}

/// Why a statement cannot be recorded.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) table: String,
    pub(crate) kind: &'static str,
    pub(crate) why: String,
    /// The table is the log's own: no policy lets this through.
    pub(crate) log: bool,
}

/// A statement that writes tracked tables.
#[derive(Debug)]
pub(crate) struct Write {
    /// The `WITH` list.
    pub(crate) ctes: Vec<Cte>,
    pub(crate) recursive: bool,
    pub(crate) main: Main,
    /// How many bytes at the end of the text are no part of the statement.
    pub(crate) trailing: usize,
    pub(crate) kept: Kept,
}

impl Write {
    /// Whether it is one `INSERT` with nothing around it, whose text serves as it is.
    pub(crate) fn is_plain_insert(&self) -> bool {
        let insert = |main: &TableWrite| matches!(main.kind, WriteKind::Insert(_));
        self.ctes.is_empty() && matches!(&self.main, Main::Write(main) if insert(main))
    }

    /// The statement in `sql`, without what trails it.
    pub(crate) fn text<'s>(&self, sql: &'s str) -> &'s str {
        &sql[..sql.len().saturating_sub(self.trailing)]
    }
}

/// One entry of a `WITH` list.
#[derive(Debug)]
pub(crate) struct Cte {
    /// `"name" (columns) AS MATERIALIZED`, as far as it is there.
    pub(crate) head: String,
    pub(crate) body: CteBody,
}

#[derive(Debug)]
pub(crate) enum CteBody {
    Query(Fragment),
    Write(Box<TableWrite>),
}

/// What follows the `WITH` list.
#[derive(Debug)]
pub(crate) enum Main {
    Write(Box<TableWrite>),
    /// A query over writing entries, or a write to a table that is not tracked.
    Other(Fragment),
}

/// A write to one tracked table.
#[derive(Debug)]
pub(crate) struct TableWrite {
    /// The table's position in the tracker.
    pub(crate) table: usize,
    /// The table as the caller wrote it.
    pub(crate) target: String,
    /// Its alias as the caller wrote it.
    pub(crate) alias: Option<String>,
    pub(crate) kind: WriteKind,
    pub(crate) returning: Option<Vec<ReturnItem>>,
}

#[derive(Debug)]
pub(crate) enum WriteKind {
    Insert(InsertPlan),
    Update(UpdatePlan),
    Delete(DeletePlan),
}

/// One item of a `RETURNING` list.
#[derive(Debug)]
pub(crate) enum ReturnItem {
    Wildcard,
    /// A plain column, by its name in the database.
    Column {
        name: String,
    },
    Expr {
        sql: Fragment,
        /// The name of the result column, where it is known.
        name: Option<String>,
        /// The one column inside a cast or behind an alias.
        column: Option<String>,
    },
}

/// What an `INSERT` does about rows that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    None,
    DoNothing,
    DoUpdate,
    Replace,
}

/// Which rows an `INSERT` writes; more than one where its text
/// [lists more](super::Listed::More).
#[derive(Debug)]
pub(crate) enum InsertRows {
    /// One, of these values: one for each column, if it names columns. What may be another value when it
    /// is asked for again is `None`.
    One(Vec<Option<Fragment>>),
    /// A list of rows.
    Several,
    /// As many as a query has.
    Query,
}

#[derive(Debug)]
pub(crate) struct InsertPlan {
    /// Empty when the statement names none: all columns.
    pub(crate) columns: Vec<String>,
    pub(crate) conflict: Conflict,
    pub(crate) rows: InsertRows,
    /// The statement without `RETURNING`, for an `INSERT` within a `WITH`.
    pub(crate) body: Fragment,
    /// How many bytes of the text, from its end, are the `RETURNING` clause.
    pub(crate) returning_bytes: usize,
}

impl InsertPlan {
    /// Whether the values of its row are the caller's, in the order of its columns.
    pub(crate) fn is_all_params(&self) -> bool {
        let InsertRows::One(values) = &self.rows else {
            return false;
        };
        let param = |value: &Option<Fragment>| value.as_ref().and_then(Fragment::param);
        let mut params = values.iter().map(param).enumerate();
        values.len() == self.columns.len() && params.all(|(n, param)| param == Some(n))
    }

    /// The place of `column` among the columns that it names, if it names it once.
    pub(crate) fn place(&self, column: &str) -> Option<usize> {
        let mut names = self
            .columns
            .iter()
            .map(|name| name.eq_ignore_ascii_case(column));
        let place = names.position(|same| same)?;
        (!names.any(|same| same)).then_some(place)
    }
}

/// One assignment of an `UPDATE`.
#[derive(Debug)]
pub(crate) struct Assigned {
    pub(crate) column: String,
    pub(crate) value: Fragment,
}

#[derive(Debug)]
pub(crate) struct UpdatePlan {
    /// The list after `SET`.
    pub(crate) set: Fragment,
    pub(crate) assigned: Vec<Assigned>,
    pub(crate) from: Option<Fragment>,
    /// SQLite: it is an `UPDATE OR …`, which may leave a row as it is.
    pub(crate) passes_over: bool,
    pub(crate) filter: Option<Fragment>,
    pub(crate) order_limit: Option<Fragment>,
    pub(crate) picks: Picks,
    /// The condition may pick other rows each time it is asked.
    pub(crate) volatile: bool,
}

impl UpdatePlan {
    /// Whether the update can change `column`, as far as the catalog knows.
    pub(crate) fn may_change(&self, facts: &TableFacts, column: &str) -> bool {
        let assigned = self.assigned.iter().map(|assigned| &assigned.column);
        let mut changing = assigned.chain(&facts.generated);
        changing.any(|name| name.eq_ignore_ascii_case(column))
    }
}

#[derive(Debug)]
pub(crate) struct DeletePlan {
    pub(crate) using: Option<Fragment>,
    pub(crate) filter: Option<Fragment>,
    pub(crate) order_limit: Option<Fragment>,
    pub(crate) picks: Picks,
    /// The condition may pick other rows each time it is asked.
    pub(crate) volatile: bool,
}
