//! Capture in steps: read, write, read again, record the difference, all in one transaction.

use std::sync::Arc;

use changesets_core::{InCurrentChangeset, TrackedTable, ambient};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, SqliteTransactionMode,
    Statement, TransactionOptions, Value,
};

use crate::{
    catalog::{Catalog, TableFacts},
    dialect::{Dialect, Sql},
    error::CaptureError,
    session::{BeginOn, First, Session, SessionTransaction, Unit, uninterrupted},
    statement::{Conflict, CteBody, Main, TableWrite, Write, WriteKind, listed},
    tracker::Shared,
};

use super::{
    Answer, Ask, Route, ask,
    call::Call,
    ended::{self, Watch},
    entry::Entry,
    image::Reader,
    insert, modify, permits, recorder, replace, scope, upsert,
};

/// How often a write is tried whose rows others change under it.
const ATTEMPTS: u32 = 5;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Outcome {
    Done(Answer, Vec<Entry>),
    /// The write met rows that were not there, or not so, when they were read; or another schema.
    Contended,
}

/// One attempt to write and record.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) db: &'a DatabaseTransaction,
    unit: &'a Unit,
    on: &'a Arc<DatabaseTransaction>,
    pub(super) shared: &'a Shared,
    pub(super) catalog: Arc<Catalog>,
    pub(super) dialect: Dialect,
    pub(super) write: &'a Write,
    pub(super) target: &'a TableWrite,
    pub(super) statement: &'a Statement,
    pub(super) ask: Ask,
}

impl<'a> Step<'a> {
    fn prologue(&self, first: First) -> Option<String> {
        let write_lock = || recorder::write_lock(self.shared);
        self.unit.prologue(first, write_lock)
    }

    /// Runs what has to run before the first statement, which writes.
    pub(super) async fn begin(&self) -> Result<(), DbErr> {
        match self.prologue(First::Write) {
            Some(prologue) => self.db.execute_unprepared(&prologue).await.map(drop),
            None => Ok(()),
        }
    }

    /// Runs `sql` as the first statement, on SQLite in one call with what has to run before it.
    pub(super) async fn first(&self, first: First, sql: Sql) -> Result<Vec<QueryResult>, DbErr> {
        let mut statement = sql.into_statement();
        if let Some(prologue) = self.prologue(first) {
            statement.sql = format!("{prologue}; {}", statement.sql);
        }
        let rows = self.db.query_all_raw(statement).await;
        let rows = rows.map_err(|error| recorder::name_missing_table(self.shared, error))?;
        self.unit.session().writes();
        Ok(rows)
    }

    /// Does `work` in a savepoint, and takes it back.
    pub(super) async fn trial<T>(
        &self,
        work: impl AsyncFnOnce(&Step<'_>) -> Result<T, DbErr>,
    ) -> Result<T, DbErr> {
        let on = BeginOn::Transaction(Arc::clone(self.on));
        let options = TransactionOptions::default();
        let trial = SessionTransaction::begin_in_turn(&on, Some(self.unit.session()), options);
        let trial = trial.await?;
        let step = Step {
            db: trial.get()?,
            on: trial.get()?,
            catalog: Arc::clone(&self.catalog),
            ..*self
        };
        let tried = work(&step).await;
        drop(step);
        let taken_back = trial.end_in_turn(false).await;
        let tried = tried?;
        taken_back.map(|()| tried)
    }

    /// The transaction that the attempt is in.
    pub(super) fn session(&self) -> &Session {
        self.unit.session()
    }

    pub(super) fn table(&self) -> &'a TrackedTable {
        &self.shared.tables[self.target.table].table
    }

    /// What the database says of the tracked table `table`.
    pub(super) fn facts(&self, table: &TrackedTable) -> Result<&Arc<TableFacts>, CaptureError> {
        facts(&self.catalog, table)
    }

    pub(super) fn reader(&self) -> Result<Reader<'a>, CaptureError> {
        self.reader_of(self.table())
    }

    pub(super) fn reader_of<'t>(
        &self,
        table: &'t TrackedTable,
    ) -> Result<Reader<'t>, CaptureError> {
        Ok(Reader::new(self.dialect, table, self.facts(table)?))
    }

    pub(super) fn values(&self) -> &'a [Value] {
        self.statement
            .values
            .as_ref()
            .map_or(&[], |values| &values.0)
    }

    pub(super) fn uncapturable(&self, kind: &str, why: &str) -> DbErr {
        uncapturable(self.table(), kind, why).into()
    }
}

/// What cannot be recorded of a write to `table`.
pub(crate) fn uncapturable(table: &TrackedTable, kind: &str, why: &str) -> CaptureError {
    uncapturable_named(table.entity(), kind, why)
}

pub(super) fn uncapturable_named(table: &str, kind: &str, why: &str) -> CaptureError {
    CaptureError::Uncapturable {
        table: table.to_owned(),
        kind: kind.to_owned(),
        why: why.to_owned(),
    }
}

/// What the database says of a tracked table.
pub(super) fn facts<'c>(
    catalog: &'c Catalog,
    table: &TrackedTable,
) -> Result<&'c Arc<TableFacts>, CaptureError> {
    catalog
        .table(table.entity())
        .ok_or_else(|| CaptureError::Unexpected {
            table: table.entity().to_owned(),
            what: "the table is not in this database, or not under this name".to_owned(),
        })
}

/// Writes and records `statement`: to the end, once begun. A caller that stops waiting finds both
/// the write and its record done, or neither.
pub(super) async fn capture(
    route: &Route<'_>,
    write: Arc<Write>,
    catalog: Arc<Catalog>,
    statement: Statement,
    ask: Ask,
) -> Result<Answer, DbErr> {
    let session = route.session.cloned();
    let shared = Arc::clone(route.shared);
    let turn = route.turn().await?;
    let on = route.begin_on();
    let work = async move {
        // Declared first, so that it ends last: whoever waits for it finds `on` released.
        let _turn = turn;
        let on = on;
        let capture = Capture {
            on: &on,
            session: session.as_ref(),
            shared: &shared,
            write: &write,
            catalog: &catalog,
            statement: &statement,
            ask,
        };
        let (Some(session), BeginOn::Transaction(db)) = (&session, &on) else {
            return capture.run().await;
        };
        ended::check_capture(session, &**db).await?;
        Watch::of(Some(session)).heed(capture.run().await)
    };
    uninterrupted(ambient::carry(work.in_current_changeset())).await
}

/// One write on its way.
struct Capture<'a> {
    on: &'a BeginOn,
    session: Option<&'a Arc<Session>>,
    shared: &'a Arc<Shared>,
    write: &'a Write,
    catalog: &'a Arc<Catalog>,
    statement: &'a Statement,
    ask: Ask,
}

impl Capture<'_> {
    async fn run(&self) -> Result<Answer, DbErr> {
        let target = match only_target(self.shared, self.write) {
            Ok(target) => target,
            Err(refused) if permits(self.shared, &refused) => return self.unrecorded().await,
            Err(refused) => return Err(refused.into()),
        };
        let mut catalog = Arc::clone(self.catalog);
        let call = Call {
            shared: self.shared,
            catalog: self.catalog,
            write: self.write,
            target,
            statement: self.statement,
            listed: listed(&self.statement.sql),
            ask: self.ask,
        };
        let tried = call.fits();
        if tried && let Some(answer) = self.at_once(&call).await? {
            return Ok(answer);
        }
        for _ in 0..ATTEMPTS {
            let mut unit = self.begin().await?;
            match self.attempt(&mut unit, &catalog, target).await {
                Ok(Some(answer)) => {
                    unit.commit().await?;
                    if tried {
                        call.does_not_fit();
                    }
                    return Ok(answer);
                }
                Ok(None) => {
                    unit.rollback().await?;
                    catalog = self.catalog_again().await?;
                }
                Err(error) => {
                    take_back(unit).await;
                    let refused = CaptureError::of(&error);
                    if refused.is_some_and(|refused| permits(self.shared, refused)) {
                        return self.unrecorded().await;
                    }
                    return Err(error);
                }
            }
        }
        Err(CaptureError::Contended {
            table: self.shared.tables[target.table].table.entity().to_owned(),
            attempts: ATTEMPTS,
        }
        .into())
    }

    /// Writes and records in one call; `None` if it has to be done in steps.
    async fn at_once(&self, call: &Call<'_>) -> Result<Option<Answer>, DbErr> {
        if self.statement.db_backend != DbBackend::Sqlite {
            return call.alone(self.on, self.session).await;
        }
        let mut unit = self.begin().await?;
        match call.within(&mut unit).await {
            Ok(Some(answer)) => {
                unit.commit().await?;
                Ok(Some(answer))
            }
            Ok(None) => unit.rollback().await.map(|()| None),
            Err(error) => {
                take_back(unit).await;
                Err(error)
            }
        }
    }

    /// What came between may have been a change of the schema.
    async fn catalog_again(&self) -> Result<Arc<Catalog>, DbErr> {
        match self.on {
            BeginOn::Pool(db) => self.shared.catalog.load(db).await,
            BeginOn::Transaction(db) => self.shared.catalog.load(&**db).await,
        }
    }

    /// Runs the statement as it is.
    async fn unrecorded(&self) -> Result<Answer, DbErr> {
        let statement = self.statement.clone();
        match self.on {
            BeginOn::Pool(db) => ask(db, statement, self.ask).await,
            BeginOn::Transaction(db) => ask(&**db, statement, self.ask).await,
        }
    }

    /// Begins what the write and its record are committed in, or taken back.
    async fn begin(&self) -> Result<Unit, DbErr> {
        Unit::begin(self.on, self.session, options()).await
    }

    /// Writes and records; `None` when another transaction came between.
    async fn attempt(
        &self,
        unit: &mut Unit,
        catalog: &Arc<Catalog>,
        target: &TableWrite,
    ) -> Result<Option<Answer>, DbErr> {
        let db = &Arc::clone(unit.db()?);
        let step = Step {
            db,
            on: db,
            unit,
            shared: self.shared,
            catalog: Arc::clone(catalog),
            dialect: Dialect::new(db.get_database_backend()),
            write: self.write,
            target,
            statement: self.statement,
            ask: self.ask,
        };
        let Outcome::Done(answer, entries) = attempt(&step).await? else {
            return Ok(None);
        };
        if !entries.is_empty() {
            let ticket = scope::ticket(self.shared, unit.session());
            recorder::Recorder::new(&**db, &self.shared.log)
                .record(ticket, entries, unit)
                .await?;
        }
        Ok(Some(answer))
    }
}

/// Takes back a failed write, whose own error is the caller's: one of the rollback must not hide it.
async fn take_back(unit: Unit) {
    if let Err(failure) = unit.rollback().await {
        tracing::warn!(error = %failure, "rolling back after a failed write failed");
    }
}

/// On SQLite a transaction that is going to write begins as one: reading first and writing later
/// fails when another writer came between.
fn options() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// The one tracked table written; in steps there can be only one.
fn only_target<'w>(shared: &Shared, write: &'w Write) -> Result<&'w TableWrite, CaptureError> {
    let nested = write.ctes.iter().find_map(|cte| match &cte.body {
        CteBody::Write(nested) => Some(&**nested),
        _ => None,
    });
    match (nested, &write.main) {
        (None, Main::Write(target)) => Ok(target),
        (Some(nested), _) => Err(uncapturable(
            &shared.tables[nested.table].table,
            "data-modifying WITH",
            "it upserts, or its deletes cascade into tracked tables",
        )),
        (None, Main::Other(_)) => Err(CaptureError::Unexpected {
            table: String::new(),
            what: "a plan without a write".to_owned(),
        }),
    }
}

async fn attempt(step: &Step<'_>) -> Result<Outcome, DbErr> {
    match &step.target.kind {
        WriteKind::Insert(insert) => match insert.conflict {
            Conflict::None | Conflict::DoNothing => insert::attempt(step, insert).await,
            Conflict::DoUpdate => upsert::attempt(step, insert).await,
            Conflict::Replace => replace::attempt(step, insert).await,
        },
        WriteKind::Update(update) => modify::update(step, update).await,
        WriteKind::Delete(delete) => modify::delete(step, delete).await,
    }
}
