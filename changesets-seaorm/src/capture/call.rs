//! SQLite and MariaDB: a write and its record in one call.
//!
//! PostgreSQL has one statement for both ([`single`](super::single)). These have none, but take
//! several statements at once: SQLite as one text, MariaDB as a compound statement. The rows need not
//! travel: the database encodes them, and inserts them into the log.
//!
//! ```sql
//! INSERT INTO before SELECT rowid, columns FROM t WHERE <the caller's>;          -- updates only
//! <the caller's statement>;
//! INSERT INTO change SELECT key, action, diff FROM <the written rows>;
//! INSERT INTO changeset …;
//! ```
//!
//! It is a short cut, and knows its limits: what it cannot record exactly it does not record at all,
//! fails, and takes itself back. Then the write is done [in steps](super::steps), which also gives
//! the caller the database's own error where it is the write that is wrong.

mod build;
mod changed;
mod columns;
mod mariadb;
mod script;
mod sqlite;
mod tally;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use changesets_core::TrackedTable;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::{
    catalog::{Catalog, TableFacts},
    dialect::{Dialect, Sql},
    session::{BeginOn, First, Session, Ticket, Unit},
    statement::{Listed, Place, Shape, TableWrite, Text, Write, WriteKind},
    tracker::Shared,
};

use super::{
    Answer, Ask,
    cascade::takes_along,
    insert, log_values, recorder, scope,
    statement_session::{Nested, StatementSession},
};
use columns::Columns;

/// One write on its way.
pub(super) struct Call<'a> {
    pub(super) shared: &'a Shared,
    pub(super) catalog: &'a Arc<Catalog>,
    pub(super) write: &'a Write,
    pub(super) target: &'a TableWrite,
    pub(super) statement: &'a Statement,
    /// Of the statement: a long list takes its time to be looked through.
    pub(super) listed: Listed,
    pub(super) ask: Ask,
}

impl Call<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::new(self.statement.db_backend)
    }

    fn table(&self) -> &TrackedTable {
        &self.shared.tables[self.target.table].table
    }

    fn facts(&self) -> Option<&Arc<TableFacts>> {
        self.catalog.table(self.table().entity())
    }

    /// Whether one call may do it, as far as the plan tells.
    pub(super) fn fits(&self) -> bool {
        let (kept, sql) = (&self.write.kept, &self.statement.sql);
        kept.as_one(self.catalog, self.listed, || self.plan_fits()) && !is_numbered(sql)
    }

    /// Remembers that it was tried, and had to be done in steps.
    pub(super) fn does_not_fit(&self) {
        self.write.kept.not_as_one(self.catalog, self.listed);
    }

    fn plan_fits(&self) -> bool {
        let Some(facts) = self.facts() else {
            return false;
        };
        let can = match self.dialect().is_sqlite() {
            true => !sqlite::hides_rowid(&facts.columns),
            // MySQL knows no compound statements, nor does MariaDB's `UPDATE` give back rows.
            false => self.catalog.returns && self.target.returning.is_none(),
        };
        can && self.write.ctes.is_empty()
            && !facts.triggered
            && !asks_what_was_written(&self.statement.sql)
            && build::is_plain(&self.target.kind)
            && !takes_along(self.shared, self.catalog, self.target)
    }

    /// Writes and records within `unit`; `None` if the database would not have it so, and the unit is
    /// to be taken back.
    pub(super) async fn within(&self, unit: &mut Unit) -> Result<Option<Answer>, DbErr> {
        let session = Arc::clone(unit.session());
        let ticket = scope::ticket(self.shared, &session);
        let version = self.catalog.version;
        let version = version.filter(|known| !session.has_schema(*known));
        let width = self.table().columns().len();
        let updates = matches!(self.target.kind, WriteKind::Update(_));
        let creates = updates && !session.has_table(width);
        let Some(text) = self.text(&ticket, version, creates) else {
            return Ok(None);
        };
        // Once it is released there is no way back from a schema that is another.
        let release = unit.release_within_a_batch().filter(|_| version.is_none());
        let db = Arc::clone(unit.db()?);
        let mut sql = self.after(self.prologue(unit), &ticket, &text);
        if let Some(release) = release {
            sql.push("; ").push(release);
        }
        let asked = db.query_all_raw(sql.into_statement()).await;
        let rows = match asked {
            Ok(rows) => rows,
            Err(error) if is_passing(&error) => return Err(insert::as_asked(self.ask, error)),
            Err(_) => return Ok(None),
        };
        session.writes();
        if release.is_some() {
            unit.released_within_a_batch();
        }
        let tally = self.tally(rows)?;
        if !self.is_complete(&tally) {
            if release.is_none() {
                return Ok(None);
            }
            session.spoil();
            return Err(self.incomplete());
        }
        if let Some(known) = version.filter(|_| tally.recorded > 0) {
            session.set_schema(known);
        }
        if creates {
            session.add_table(width);
        }
        self.settle(ticket, &tally);
        self.answer(tally).map(Some)
    }

    /// MariaDB: writes and records in a transaction of its own, or a savepoint of `open`; `None` if the
    /// database would not have it so, and has taken it back.
    pub(super) async fn alone(
        &self,
        on: &BeginOn,
        open: Option<&Arc<Session>>,
    ) -> Result<Option<Answer>, DbErr> {
        let mut within = StatementSession::of(open, Nested::Yes);
        let ticket = scope::ticket(self.shared, &within.session);
        let Some(text) = self.text(&ticket, None, false) else {
            return Ok(None);
        };
        let [begin, end] = mariadb::frame(open.is_some());
        let mut sql = self.after(begin, &ticket, &text);
        sql.push(&end);
        let asked = match on {
            BeginOn::Pool(db) => db.query_all_raw(sql.into_statement()).await,
            BeginOn::Transaction(db) => db.query_all_raw(sql.into_statement()).await,
        };
        let rows = match asked {
            Ok(rows) => rows,
            Err(error) if is_passing(&error) => return Err(insert::as_asked(self.ask, error)),
            Err(_) => return Ok(None),
        };
        within.committed = true;
        let tally = self.tally(rows)?;
        self.settle(ticket, &tally);
        self.answer(tally).map(Some)
    }

    /// SQLite: what goes before all else, the savepoint and the write lock.
    fn prologue(&self, unit: &Unit) -> String {
        let first = match self.target.kind {
            WriteKind::Update(_) => First::Read,
            WriteKind::Insert(_) | WriteKind::Delete(_) => First::Write,
        };
        let prologue = unit.prologue(first, || recorder::write_lock(self.shared));
        prologue.unwrap_or_default()
    }

    /// After what `begins` the call, the edit of the header and the text.
    fn after(&self, begins: String, ticket: &Ticket, text: &Text) -> Sql {
        let dialect = self.dialect();
        let mut sql = Sql::of(dialect, begins, Vec::new());
        if ticket.edit {
            let log = &self.shared.log;
            sql.then(recorder::header_update(dialect, log, &ticket.row));
        }
        sql.then_text(&text.sql, self.values(ticket, text));
        sql
    }

    fn text(&self, ticket: &Ticket, version: Option<i64>, creates: bool) -> Option<Arc<Text>> {
        let facts = self.facts()?;
        let shape = Shape {
            rows: self.returns_rows(),
            header: ticket.insert,
            values: self.caller_values().len(),
            version,
            creates,
            usual: self.sends_usual(facts),
            ..Shape::default()
        };
        let caller = &self.statement.sql;
        let text = self.write.kept.text(self.catalog, shape, caller, || {
            let text = self.write.text(caller);
            let (shared, dialect) = (self.shared, self.dialect());
            build::Builder::new(
                shared,
                dialect,
                self.target,
                facts,
                text,
                self.listed,
                shape,
            )
            .build()
            .unwrap_or_default()
        });
        (!text.sql.is_empty()).then_some(text)
    }

    /// SQLite: whether what an insert sends is kept in the usual forms of its columns.
    fn sends_usual(&self, facts: &TableFacts) -> bool {
        let (dialect, table) = (self.dialect(), self.table());
        let WriteKind::Insert(plan) = &self.target.kind else {
            return false;
        };
        if !dialect.is_sqlite() || self.listed == Listed::More || !plan.is_all_params() {
            return false;
        }
        let columns = Columns {
            dialect,
            table,
            facts,
        };
        columns.recorded().all(|(_, column)| {
            columns.place(plan, column).is_none_or(|place| {
                let values = self.caller_values().iter().skip(place);
                let values = values.step_by(plan.columns.len());
                dialect.keeps_usual(&column.kind, columns.db_type(column), values)
            })
        })
    }

    /// Whether the caller gets the rows of its `RETURNING`.
    fn returns_rows(&self) -> bool {
        self.ask != Ask::Execute && self.target.returning.is_some()
    }

    fn caller_values(&self) -> &[Value] {
        let values = self.statement.values.as_ref();
        values.map_or(&[], |values| &values.0)
    }

    fn values(&self, ticket: &Ticket, text: &Text) -> Vec<Value> {
        let caller = self.caller_values();
        static CALLS: AtomicI64 = AtomicI64::new(1);
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let record: Vec<Value> = log_values::values(ticket).chain([call.into()]).collect();
        let value = |place: &Place| match place {
            Place::Caller(index) => caller.get(*index).cloned(),
            Place::Record(index) => record.get(*index).cloned(),
        };
        text.places.iter().filter_map(value).collect()
    }
}

/// Whether a text asks for what the last write did, which would be one of ours.
fn asks_what_was_written(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    let asks = ["changes(", "last_insert", "row_count", "found_rows"];
    asks.iter().any(|name| sql.contains(name))
}

/// Whether the same write may do better later, but not in another way: it would wait for the same
/// locks, or the connection is gone, or the transaction.
fn is_passing(error: &DbErr) -> bool {
    let text = error.to_string();
    let passing = [
        "database is locked",
        "table is locked",
        "Lock wait timeout",
        "Deadlock",
        "SAVEPOINT changesets does not exist",
        "interrupted",
        "max_statement_time",
    ];
    !text.contains("error returned from database") || passing.iter().any(|p| text.contains(p))
}

/// Whether parameters may have numbers, which count from the first statement of a call.
fn is_numbered(sql: &str) -> bool {
    let mut bytes = sql.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let numbered = byte == b'?' && bytes.peek().is_some_and(u8::is_ascii_digit);
        if numbered || byte == b'$' {
            return true;
        }
    }
    false
}
