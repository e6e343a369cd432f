//! Writing the log: headers, changes, references. The only place that does, but for PostgreSQL's
//! one statement.

use changesets_core::{ChangesetId, LogTables, ambient};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, Statement, Value,
    sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query},
};

use crate::{
    error::CaptureError,
    log::{change, change_ref, changeset, named},
    session::{HeaderRow, Recorded, SessionTransaction, Ticket},
    tracker::Shared,
};

use super::{entry::Entry, trace};

/// Rows of one `INSERT`: below every database's limit of parameters.
const ROWS_PER_INSERT: usize = 1000;

/// Writes to the log on one connection.
pub(super) struct Recorder<'a, C> {
    db: &'a C,
    log: &'a LogTables,
}

impl<'a, C: ConnectionTrait> Recorder<'a, C> {
    pub(super) fn new(db: &'a C, log: &'a LogTables) -> Self {
        Self { db, log }
    }

    /// Records `entries` under the header of `ticket`.
    pub(super) async fn record(&self, ticket: Ticket, entries: &[Entry]) -> Result<(), DbErr> {
        self.header(&ticket).await?;
        self.entries(ticket.id(), entries).await?;
        ticket.settle(Recorded::Rows);
        Ok(())
    }

    /// Writes the header row if it is not there, or its missing edits.
    pub(super) async fn header(&self, ticket: &Ticket) -> Result<(), DbErr> {
        // Both, where the row may be there: each leaves alone what the other does.
        if ticket.edit {
            self.update_header(&ticket.row).await?;
        }
        if ticket.insert {
            self.insert_header(&ticket.row).await?;
        }
        Ok(())
    }

    pub(super) async fn insert_header(&self, row: &HeaderRow) -> Result<(), DbErr> {
        use changeset::Column::{
            Actor, ActorLabel, Context, CreatedAt, Id, Origin, ParentId, Reason,
        };
        let mut insert = Query::insert();
        insert
            .into_table(named(self.log, self.log.changeset()))
            .columns([
                Id, CreatedAt, Actor, ActorLabel, Reason, Context, ParentId, Origin,
            ])
            .on_conflict(OnConflict::column(Id).do_nothing_on([Id]).to_owned());
        let [actor, label, reason, context, origin] = metadata(row);
        let values = [
            row.id.as_uuid().into(),
            row.created_at.into(),
            actor,
            label,
            reason,
            context,
            row.parent.map(|parent| parent.as_uuid()).into(),
            origin,
        ];
        self.insert(
            self.log.changeset(),
            &mut insert,
            [values.map(Expr::value).to_vec()],
        )
        .await?;
        Ok(())
    }

    pub(super) async fn update_header(&self, row: &HeaderRow) -> Result<(), DbErr> {
        use changeset::Column::{Actor, ActorLabel, Context, Id, Origin, Reason};
        let columns = [Actor, ActorLabel, Reason, Context, Origin];
        let mut update = Query::update();
        update
            .table(named(self.log, self.log.changeset()))
            .values(columns.into_iter().zip(metadata(row).map(Expr::value)))
            .and_where(Expr::col(Id).eq(row.id.as_uuid()));
        let done = self.db.execute(&update).await;
        done.map(|_| ())
            .map_err(|error| log_error(self.log.changeset(), &error))
    }

    pub(super) async fn entries(
        &self,
        changeset: ChangesetId,
        entries: &[Entry],
    ) -> Result<(), DbErr> {
        use change::Column::{Action, ChangesetId, Diff, Entity, ObjectKey, RecordedAt};
        let now = ambient::now();
        for chunk in entries.chunks(ROWS_PER_INSERT) {
            let mut insert = Query::insert();
            insert
                .into_table(named(self.log, self.log.change()))
                .columns([ChangesetId, RecordedAt, Entity, ObjectKey, Action, Diff]);
            let rows = chunk.iter().map(|entry| {
                [
                    changeset.as_uuid().into(),
                    now.into(),
                    entry.entity.clone().into(),
                    entry.key.as_str().to_owned().into(),
                    entry.action.as_str().to_owned().into(),
                    Value::from(serde_json::Value::Object(entry.diff.as_map().clone())),
                ]
                .map(Expr::value)
                .to_vec()
            });
            let rows: Vec<_> = rows.collect();
            let refs = chunk.iter().any(|entry| !entry.refs.is_empty());
            let ids = self
                .insert_changes(&mut insert, rows, refs, chunk.len())
                .await?;
            self.refs(chunk, &ids).await?;
        }
        trace::entries(changeset, entries);
        Ok(())
    }

    /// Inserts changes; gives their ids, in order, when they are `wanted`.
    async fn insert_changes(
        &self,
        insert: &mut InsertStatement,
        rows: Vec<Vec<Expr>>,
        wanted: bool,
        count: usize,
    ) -> Result<Vec<i64>, DbErr> {
        let table = self.log.change();
        let backend = self.db.get_database_backend();
        if !wanted || backend == DbBackend::MySql {
            let done = self.insert(table, insert, rows).await?;
            // InnoDB numbers the rows of one INSERT … VALUES without a gap, and gives the first.
            let first = match done {
                Some(done) if wanted => i64::try_from(done.last_insert_id()).unwrap_or(i64::MAX),
                _ => return Ok(Vec::new()),
            };
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let step = self.id_step().await?;
            return Ok((0..count).map(|n| first + n * step).collect());
        }
        for row in rows {
            insert
                .values(row)
                .map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        insert.returning_col(change::Column::Id);
        let answers = self.db.query_all(insert).await;
        let answers = answers.map_err(|error| log_error(table, &error))?;
        let ids = answers.iter().map(|answer| answer.try_get("", "id"));
        let mut ids = ids.collect::<Result<Vec<i64>, DbErr>>()?;
        // SQLite promises no order for RETURNING; ids rise in the order of the rows.
        ids.sort_unstable();
        Ok(ids)
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

    async fn refs(&self, entries: &[Entry], ids: &[i64]) -> Result<(), DbErr> {
        use change_ref::Column::{ChangeId, Entity, ObjectKey, Role};
        let rows = entries.iter().zip(ids).flat_map(|(entry, id)| {
            entry.refs.iter().map(move |reference| {
                vec![
                    Expr::value(*id),
                    Expr::value(reference.entity.clone()),
                    Expr::value(reference.key.as_str().to_owned()),
                    Expr::value(reference.role.clone()),
                ]
            })
        });
        let rows: Vec<_> = rows.collect();
        for chunk in rows.chunks(ROWS_PER_INSERT) {
            let mut insert = Query::insert();
            insert
                .into_table(named(self.log, self.log.change_ref()))
                .columns([ChangeId, Entity, ObjectKey, Role]);
            let table = self.log.change_ref();
            self.insert(table, &mut insert, chunk.iter().cloned())
                .await?;
        }
        Ok(())
    }

    async fn insert(
        &self,
        table: &str,
        insert: &mut InsertStatement,
        rows: impl IntoIterator<Item = Vec<Expr>>,
    ) -> Result<Option<sea_orm::ExecResult>, DbErr> {
        for row in rows {
            insert
                .values(row)
                .map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        let done = self.db.execute(insert).await;
        done.map(Some).map_err(|error| log_error(table, &error))
    }
}

/// An error of the log's own statement, named as one.
pub(super) fn log_error(table: &str, error: &DbErr) -> DbErr {
    CaptureError::Log {
        table: table.to_owned(),
        cause: error.to_string(),
    }
    .into()
}

/// Actor, label, reason, context and origin as values.
pub(super) fn metadata(row: &HeaderRow) -> [Value; 5] {
    let actor = row.metadata.actor.as_ref();
    [
        actor.map(|actor| actor.id.clone()).into(),
        actor.and_then(|actor| actor.label.clone()).into(),
        row.metadata.reason.clone().into(),
        serde_json::Value::Object(row.metadata.context.clone()).into(),
        row.metadata.origin.as_str().to_owned().into(),
    ]
}

/// Brings the headers of `transaction` up to date before it commits: an actor that became known
/// after the first change still reaches the header.
pub(crate) async fn before_commit(
    shared: &Shared,
    transaction: &SessionTransaction,
) -> Result<(), DbErr> {
    let session = transaction.session();
    if !session.is_outermost() {
        return Ok(());
    }
    let recorder = Recorder::new(&**transaction.get()?, &shared.log);
    for (headers, current) in session.touched() {
        for row in headers.outdated(&current, session) {
            recorder.update_header(&row).await?;
        }
    }
    Ok(())
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
    match error.to_string().contains("no such table") {
        true => log_error(shared.log.changeset(), &error),
        false => error,
    }
}
