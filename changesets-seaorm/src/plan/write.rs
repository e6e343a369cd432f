//! A write to tracked tables, taken apart.

use super::Fragment;

/// One statement that writes one or more tracked tables.
#[derive(Debug)]
pub(crate) struct Write {
    /// The `WITH` list, in order.
    pub(crate) ctes: Vec<Cte>,
    /// Whether it is `WITH RECURSIVE`.
    pub(crate) recursive: bool,
    /// What follows the `WITH` list.
    pub(crate) main: Main,
    /// The whole statement as the caller wrote it, from its first word to its last, without the
    /// semicolon and the comments around it.
    pub(crate) text: String,
}

/// One entry of a `WITH` list.
#[derive(Debug)]
pub(crate) struct Cte {
    /// What stands before the parenthesis: `"x" (a, b) AS MATERIALIZED`.
    pub(crate) head: String,
    /// What stands in it.
    pub(crate) body: CteBody,
}

/// What an entry of a `WITH` list does.
#[derive(Debug)]
pub(crate) enum CteBody {
    /// It reads.
    Query(Fragment),
    /// It writes a tracked table.
    Write(Box<TableWrite>),
    /// It writes a table that is not tracked.
    OtherWrite(Fragment),
}

/// What a statement does after its `WITH` list.
#[derive(Debug)]
pub(crate) enum Main {
    /// It writes a tracked table.
    Write(TableWrite),
    /// It reads; the writes are in the `WITH` list.
    Query(Fragment),
    /// It writes a table that is not tracked; the tracked ones are in the `WITH` list.
    Other(Fragment),
}

/// A write to one tracked table.
#[derive(Debug)]
pub(crate) struct TableWrite {
    /// The table's position in the tracker.
    pub(crate) table: usize,
    /// The table's name as the caller wrote it, quotes and schema included.
    pub(crate) target: String,
    /// The table's alias as the caller wrote it.
    pub(crate) alias: Option<String>,
    /// The write itself.
    pub(crate) kind: WriteKind,
    /// The `RETURNING` list, if there is one.
    pub(crate) returning: Option<Vec<ReturnItem>>,
}

/// The three kinds of writes.
#[derive(Debug)]
pub(crate) enum WriteKind {
    /// `INSERT` or `REPLACE`.
    Insert(InsertPlan),
    /// `UPDATE`.
    Update(UpdatePlan),
    /// `DELETE`.
    Delete(DeletePlan),
}

/// One item of a `RETURNING` list.
#[derive(Debug)]
pub(crate) enum ReturnItem {
    /// All columns of the written table.
    Wildcard,
    /// A column of the written table.
    Column {
        /// The column's unquoted name.
        name: String,
    },
    /// Anything else, columns of other tables and columns under another name included.
    Expr {
        /// The expression without its alias.
        sql: Fragment,
        /// The name of the result column, where the text tells it.
        name: Option<String>,
        /// The one column that is returned under another name or inside a `CAST`.
        column: Option<String>,
    },
}

/// What an `INSERT` does with a row that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// It fails.
    None,
    /// It leaves the row alone: `ON CONFLICT DO NOTHING`, `INSERT IGNORE`, `INSERT OR IGNORE`.
    DoNothing,
    /// It may change it: `ON CONFLICT DO UPDATE`, `ON DUPLICATE KEY UPDATE`.
    DoUpdate,
    /// It deletes it: `REPLACE`, `INSERT OR REPLACE`.
    Replace,
}

/// An `INSERT` or `REPLACE`.
#[derive(Debug)]
pub(crate) struct InsertPlan {
    /// Unquoted names of the columns it gives values for; empty where it names none.
    pub(crate) columns: Vec<String>,
    /// What it does with rows that are already there.
    pub(crate) conflict: Conflict,
    /// The statement up to `RETURNING`. Absent where its rows were skipped while planning: then
    /// [`Write::text`] has it, up to `body_end`.
    pub(crate) body: Option<Fragment>,
    /// Where the text before `RETURNING` ends in [`Write::text`], if there is a `RETURNING` and
    /// the insert is not an entry of a `WITH` list.
    pub(crate) body_end: Option<usize>,
}

/// One assignment of an `UPDATE`.
#[derive(Debug)]
pub(crate) struct Assigned {
    /// The column's unquoted name.
    pub(crate) column: String,
    /// What is assigned. Of `(a, b) = (SELECT …)`, the same subquery for each column.
    pub(crate) value: Fragment,
}

/// An `UPDATE`.
#[derive(Debug)]
pub(crate) struct UpdatePlan {
    /// The assignments, after `SET`.
    pub(crate) set: Fragment,
    /// The assignments one by one.
    pub(crate) assigned: Vec<Assigned>,
    /// The other tables, after `FROM`.
    pub(crate) from: Option<Fragment>,
    /// The condition, after `WHERE`.
    pub(crate) filter: Option<Fragment>,
    /// `ORDER BY … LIMIT …`.
    pub(crate) order_limit: Option<Fragment>,
    /// Whether the rows it changes may be others each time it is asked.
    pub(crate) volatile: bool,
}

/// A `DELETE`.
#[derive(Debug)]
pub(crate) struct DeletePlan {
    /// The other tables, after `USING`.
    pub(crate) using: Option<Fragment>,
    /// The condition, after `WHERE`.
    pub(crate) filter: Option<Fragment>,
    /// `ORDER BY … LIMIT …`.
    pub(crate) order_limit: Option<Fragment>,
    /// Whether the rows it deletes may be others each time it is asked.
    pub(crate) volatile: bool,
}
