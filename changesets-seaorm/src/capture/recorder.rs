//! Writing the log: headers, changes, references. The only place that does, but for PostgreSQL's
//! one statement.

mod batch;

use changesets_core::{ChangesetId, LogTables, ambient};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use crate::{
    dialect::{Dialect, Sql},
    error::CaptureError,
    session::{HeaderRow, Recorded, Ticket, Unit},
    tracker::Shared,
};

use super::{
    entry::{Entry, Ref},
    log_values::{CHANGE, CHANGE_REF, HEADER, header_values, metadata},
    trace,
};

use batch::Batch;

/// Rows of one `INSERT`: below every database's limit of parameters.
const ROWS_PER_INSERT: usize = 1000;

/// Whether nobody else can write between two statements, because a transaction is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    Yes,
    Unknown,
}

/// Writes to the log on one connection.
pub(super) struct Recorder<'a, C> {
    db: &'a C,
    log: &'a LogTables,
    dialect: Dialect,
}

impl<'a, C: ConnectionTrait> Recorder<'a, C> {
    pub(super) fn new(db: &'a C, log: &'a LogTables) -> Self {
        Self {
            db,
            log,
            dialect: Dialect::new(db.get_database_backend()),
        }
    }

    /// Records `entries` under the header of `ticket`, as the last work of `unit`.
    pub(super) async fn record(
        &self,
        ticket: Ticket,
        entries: Vec<Entry>,
        unit: &mut Unit,
    ) -> Result<(), DbErr> {
        let mut batch = Batch::new(self.db);
        self.add_header(&mut batch, &ticket.row, ticket.edit, ticket.insert)
            .await?;
        self.add_entries(&mut batch, ticket.id(), entries, Alone::Yes)
            .await?;
        if let Some(release) = unit.release_within_a_batch() {
            let mut sql = Sql::new(self.dialect);
            sql.push(release);
            batch.add(self.log.change(), sql).await?;
            batch.flush().await?;
            unit.released_within_a_batch();
        } else {
            batch.flush().await?;
        }
        ticket.settle(Recorded::Rows);
        Ok(())
    }

    /// Writes a header, if it is not there; if it is and was edited, brings it up to date.
    pub(super) async fn write_header(&self, row: &HeaderRow, edited: bool) -> Result<(), DbErr> {
        let mut batch = Batch::new(self.db);
        self.add_header(&mut batch, row, edited, true).await?;
        batch.flush().await
    }

    pub(super) async fn update_header(&self, row: &HeaderRow) -> Result<(), DbErr> {
        let mut batch = Batch::new(self.db);
        self.add_header(&mut batch, row, true, false).await?;
        batch.flush().await
    }

    /// Whether a header is there.
    pub(super) async fn has_header(&self, id: ChangesetId) -> Result<bool, DbErr> {
        let table = self.log.changeset();
        let mut sql = Sql::new(self.dialect);
        sql.push(&format!("SELECT 1 FROM {} WHERE id = ", self.table(table)))
            .bind(id.as_uuid().into());
        let row = self.db.query_one_raw(sql.into_statement()).await;
        Ok(row.map_err(|error| log_error(table, &error))?.is_some())
    }

    pub(super) async fn entries(
        &self,
        changeset: ChangesetId,
        entries: Vec<Entry>,
    ) -> Result<(), DbErr> {
        let mut batch = Batch::new(self.db);
        // The hook may be in no transaction at all.
        self.add_entries(&mut batch, changeset, entries, Alone::Unknown)
            .await?;
        batch.flush().await
    }

    /// Both, where the row may be there: each leaves alone what the other does.
    async fn add_header(
        &self,
        batch: &mut Batch<'a, C>,
        row: &HeaderRow,
        edit: bool,
        insert: bool,
    ) -> Result<(), DbErr> {
        let table = self.log.changeset();
        if edit {
            let update = header_update(self.dialect, self.log, row);
            batch.add(table, update).await?;
        }
        if insert {
            batch.add(table, self.header_insert(row)).await?;
        }
        Ok(())
    }

    fn header_insert(&self, row: &HeaderRow) -> Sql {
        let mut sql = self.insert(self.log.changeset(), &HEADER, [header_values(row)]);
        let id = self.dialect.quote("id");
        // A header that is there stays as it is.
        sql.push(&match self.dialect.is_mysql() {
            true => format!(" ON DUPLICATE KEY UPDATE {id} = {id}"),
            false => format!(" ON CONFLICT ({id}) DO NOTHING"),
        });
        sql
    }

    async fn add_entries(
        &self,
        batch: &mut Batch<'a, C>,
        changeset: ChangesetId,
        mut entries: Vec<Entry>,
        alone: Alone,
    ) -> Result<(), DbErr> {
        trace::entries(changeset, &entries);
        if self.dialect.is_mysql() {
            entries.iter().try_for_each(Entry::fits_mysql)?;
        }
        let now = ambient::now();
        while !entries.is_empty() {
            let rest = entries.split_off(entries.len().min(ROWS_PER_INSERT));
            let mut chunk = std::mem::replace(&mut entries, rest);
            let refs: Vec<_> = chunk
                .iter_mut()
                .map(|entry| std::mem::take(&mut entry.refs))
                .collect();
            let count = chunk.len();
            let rows = chunk.into_iter().map(|entry| {
                [
                    changeset.as_uuid().into(),
                    now.into(),
                    entry.entity.into(),
                    String::from(entry.key).into(),
                    entry.action.as_str().to_owned().into(),
                    Value::from(serde_json::Value::Object(entry.diff.into_map())),
                ]
            });
            let insert = self.insert(self.log.change(), &CHANGE, rows);
            if refs.iter().all(Vec::is_empty) {
                batch.add(self.log.change(), insert).await?;
                continue;
            }
            if self.dialect.is_sqlite() && alone == Alone::Yes {
                batch.add(self.log.change(), insert).await?;
                let back = (0..count)
                    .rev()
                    .map(|n| i64::try_from(n).unwrap_or(i64::MAX));
                for rows in references(refs, back).chunks(ROWS_PER_INSERT) {
                    let insert = self.references_to_newest(rows);
                    batch.add(self.log.change_ref(), insert).await?;
                }
                continue;
            }
            batch.flush().await?;
            let ids = self.inserted_ids(insert, count).await?;
            for rows in references(refs, ids).chunks(ROWS_PER_INSERT) {
                let rows = rows.iter().cloned();
                let insert = self.insert(self.log.change_ref(), &CHANGE_REF, rows);
                batch.add(self.log.change_ref(), insert).await?;
            }
        }
        Ok(())
    }

    /// Inserts changes; gives their ids, in order.
    async fn inserted_ids(&self, mut insert: Sql, count: usize) -> Result<Vec<i64>, DbErr> {
        let table = self.log.change();
        if self.dialect.is_mysql() {
            // InnoDB numbers the rows of one INSERT … VALUES without a gap, and gives the first.
            let done = self.db.execute_raw(insert.into_statement()).await;
            let done = done.map_err(|error| log_error(table, &error))?;
            let first = i64::try_from(done.last_insert_id()).unwrap_or(i64::MAX);
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let step = self.id_step().await?;
            return Ok((0..count).map(|n| first + n * step).collect());
        }
        insert.push(" RETURNING ").push(&self.dialect.quote("id"));
        let answers = self.db.query_all_raw(insert.into_statement()).await;
        let answers = answers.map_err(|error| log_error(table, &error))?;
        let ids = answers.iter().map(|answer| answer.try_get("", "id"));
        let mut ids = ids.collect::<Result<Vec<i64>, DbErr>>()?;
        // Nobody promises an order for RETURNING; ids rise in the order of the rows.
        ids.sort_unstable();
        Ok(ids)
    }

    /// SQLite: references of changes that were just inserted, in place of their ids how many changes
    /// came after each, so that nobody has to be told the ids.
    ///
    /// A new id is one more than the largest (<https://www.sqlite.org/autoinc.html>), and nobody else
    /// writes meanwhile.
    fn references_to_newest(&self, rows: &[[Value; 4]]) -> Sql {
        let into = self.insert_into(self.log.change_ref(), &CHANGE_REF);
        let change = self.table(self.log.change());
        let mut sql = Sql::new(self.dialect);
        sql.push(&into).push(
            " SELECT newest.id - back.column1, back.column2, back.column3, back.column4 FROM ",
        );
        sql.push(&format!(
            "(SELECT MAX(id) AS id FROM {change}) AS newest, ("
        ));
        values(&mut sql, rows.iter().cloned());
        sql.push(") AS back");
        sql
    }

    /// By how much MySQL's automatic numbers rise within one statement.
    async fn id_step(&self) -> Result<i64, DbErr> {
        let sql = "SELECT CAST(@@auto_increment_increment AS SIGNED) AS `step`";
        let row = self
            .db
            .query_one_raw(Statement::from_string(DbBackend::MySql, sql))
            .await?;
        row.map_or(Ok(1), |row| row.try_get("", "step"))
    }

    fn table(&self, name: &str) -> String {
        self.dialect.table(self.log.schema_name(), name)
    }

    /// `INSERT INTO table (columns) VALUES (row), (row), …`
    fn insert<const N: usize>(
        &self,
        table: &str,
        columns: &[&str; N],
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Sql {
        let mut sql = Sql::new(self.dialect);
        sql.push(&self.insert_into(table, columns)).push(" ");
        values(&mut sql, rows);
        sql
    }

    fn insert_into(&self, table: &str, columns: &[&str]) -> String {
        let mut sql = format!("INSERT INTO {} (", self.table(table));
        for (n, column) in columns.iter().enumerate() {
            sql.push_str(if n > 0 { ", " } else { "" });
            sql.push_str(&self.dialect.quote(column));
        }
        sql.push(')');
        sql
    }
}

/// Brings the metadata of a header up to date.
pub(super) fn header_update(dialect: Dialect, log: &LogTables, row: &HeaderRow) -> Sql {
    let mut sql = Sql::new(dialect);
    sql.push("UPDATE ")
        .push(&dialect.table(log.schema_name(), log.changeset()))
        .push(" SET ");
    let columns = ["actor", "actor_label", "reason", "context", "origin"];
    for (n, (column, value)) in columns.into_iter().zip(metadata(row)).enumerate() {
        sql.push(if n > 0 { ", " } else { "" })
            .push(&dialect.quote(column))
            .push(" = ")
            .bind(value);
    }
    sql.push(" WHERE ")
        .push(&dialect.quote("id"))
        .push(" = ")
        .bind(row.id.as_uuid().into());
    sql
}

/// `VALUES (row), (row), …`
fn values<const N: usize>(sql: &mut Sql, rows: impl IntoIterator<Item = [Value; N]>) {
    sql.push("VALUES ");
    for (n, row) in rows.into_iter().enumerate() {
        sql.push(if n > 0 { "), (" } else { "(" });
        for (n, value) in row.into_iter().enumerate() {
            sql.push(if n > 0 { ", " } else { "" }).bind(value);
        }
    }
    sql.push(")");
}

/// The rows of references that belong to changes with these ids.
fn references(refs: Vec<Vec<Ref>>, ids: impl IntoIterator<Item = i64>) -> Vec<[Value; 4]> {
    let mut rows = Vec::new();
    for (refs, id) in refs.into_iter().zip(ids) {
        rows.extend(refs.into_iter().map(|reference| {
            [
                id.into(),
                reference.entity.into(),
                String::from(reference.key).into(),
                reference.role.into(),
            ]
        }));
    }
    rows
}

/// An error of the log's own statement, named as one.
pub(super) fn log_error(table: &str, error: &DbErr) -> DbErr {
    CaptureError::Log {
        table: table.to_owned(),
        cause: error.to_string(),
    }
    .into()
}

/// SQLite: makes the open transaction a writing one before it reads, so that it waits for another
/// writer here, as the plain write would, instead of failing when its snapshot is outdated
/// (`SQLITE_BUSY_SNAPSHOT`, <https://www.sqlite.org/rescode.html#busy_snapshot>).
pub(super) fn write_lock(shared: &Shared) -> String {
    let table = shared.log.changeset();
    format!("UPDATE \"{table}\" SET \"id\" = \"id\" WHERE 0")
}

/// An error of [`write_lock`]: a plain write that has to wait fails in the same way, only a missing
/// table is ours.
pub(super) fn name_missing_table(shared: &Shared, error: DbErr) -> DbErr {
    let table = shared.log.changeset();
    match error
        .to_string()
        .contains(&format!("no such table: {table}"))
    {
        true => log_error(table, &error),
        false => error,
    }
}
