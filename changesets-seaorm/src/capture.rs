//! From a statement to the change rows it leaves.
//!
//! Everything arrives here as text and values, typed or raw. A [`Plan`] says what the text does.
//! On PostgreSQL most writes become one statement that also records itself ([`single`]); the rest,
//! and everything on SQLite and MySQL, is done in steps within a transaction ([`steps`]): read,
//! write, read again, record the difference.

mod call;
mod cascade;
mod commit;
mod ended;
mod entry;
mod executed;
mod hooked;
mod image;
mod insert;
mod keys;
mod leave;
mod log_values;
mod modify;
mod pass;
mod recorder;
mod replace;
mod returned;
mod scope;
mod script;
mod select;
mod single;
mod statement_session;
mod steps;
mod trace;
mod upsert;

pub(crate) use commit::commit;
pub(crate) use hooked::{HookImage, HookReader};
pub(crate) use pass::{heeded, is_harmless};
pub(crate) use script::run_unprepared;
pub(crate) use steps::uncapturable;

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, QueryResult, Statement, TransactionOptions,
};

use crate::{
    catalog::Catalog,
    dialect::Dialect,
    error::CaptureError,
    session::{BeginOn, Session, SessionTransaction, Turn, uninterrupted},
    statement::{Plan, Refusal, Write, is_plain_read},
    tracker::{Shared, Uncapturable},
};

use ended::Watch;

/// How the caller wants the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Execute,
    One,
    All,
}

/// The answer to the caller's own statement.
#[derive(Debug)]
pub(crate) enum Answer {
    Executed(ExecResult),
    Rows(Vec<QueryResult>),
}

impl Answer {
    /// How many rows were written, or given.
    fn count(&self) -> u64 {
        match self {
            Self::Executed(result) => result.rows_affected(),
            Self::Rows(rows) => rows.len() as u64,
        }
    }
}

/// What a route can begin a transaction on.
#[derive(Debug, Clone, Copy)]
enum On<'a> {
    Pool(&'a DatabaseConnection),
    Transaction(&'a Arc<DatabaseTransaction>),
}

/// Where a statement goes: the connection, what is tracked on it, and the open transaction.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    db: DatabaseExecutor<'a>,
    on: On<'a>,
    shared: &'a Arc<Shared>,
    session: Option<&'a Arc<Session>>,
}

impl<'a> Route<'a> {
    pub(crate) fn pool(db: &'a DatabaseConnection, shared: &'a Arc<Shared>) -> Self {
        Self {
            db: db.into(),
            on: On::Pool(db),
            shared,
            session: None,
        }
    }

    pub(crate) fn transaction(
        db: &'a Arc<DatabaseTransaction>,
        shared: &'a Arc<Shared>,
        session: &'a Arc<Session>,
    ) -> Self {
        Self {
            db: DatabaseExecutor::Transaction(db),
            on: On::Transaction(db),
            shared,
            session: Some(session),
        }
    }

    /// The same way once more.
    fn again(&self) -> Route<'_> {
        Route {
            db: match self.on {
                On::Pool(db) => DatabaseExecutor::Connection(db),
                On::Transaction(db) => DatabaseExecutor::Transaction(db),
            },
            on: self.on,
            shared: self.shared,
            session: self.session,
        }
    }

    /// Waits for the turn in the open transaction.
    async fn turn(&self) -> Result<Option<Turn>, DbErr> {
        match self.session {
            Some(session) => session.turn().await.map(Some),
            None => Ok(None),
        }
    }

    /// Waits until nothing is left in the open transaction of callers that have gone: what is not
    /// captured would end up inside it.
    pub(crate) async fn settled(&self) -> Result<(), DbErr> {
        self.turn().await.map(drop)
    }

    /// Around a statement that is not captured.
    fn watch(&self) -> Watch<'_> {
        Watch::of(self.session.map(|session| &**session))
    }

    /// Begins a transaction here, or a savepoint of the open one.
    async fn begin(&self, options: TransactionOptions) -> Result<SessionTransaction, DbErr> {
        SessionTransaction::begin(self.begin_on(), self.session, options).await
    }

    /// The pool, also of an open transaction.
    fn underlying_pool(&self) -> Option<&DatabaseConnection> {
        match self.on {
            On::Pool(db) => Some(db),
            On::Transaction(_) => self.session?.pool(),
        }
    }

    fn begin_on(&self) -> BeginOn {
        match self.on {
            On::Pool(db) => BeginOn::Pool(db.clone()),
            On::Transaction(db) => BeginOn::Transaction(Arc::clone(db)),
        }
    }

    /// Forgets what is known of the schema, once more when the open transaction ends.
    fn schema_changed(&self) {
        self.shared.catalog.forget();
        if let Some(session) = self.session {
            session.changes_schema(&self.shared.catalog);
        }
    }

    fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    fn dialect(&self) -> Dialect {
        Dialect::new(self.backend())
    }

    fn plan(&self, sql: &str) -> Arc<Plan> {
        self.shared.plan(self.backend(), sql)
    }
}

/// Runs the caller's statement on `db` as it is.
async fn ask<C: ConnectionTrait>(db: &C, statement: Statement, ask: Ask) -> Result<Answer, DbErr> {
    Ok(match ask {
        Ask::Execute => Answer::Executed(db.execute_raw(statement).await?),
        Ask::One => Answer::Rows(db.query_one_raw(statement).await?.into_iter().collect()),
        Ask::All => Answer::Rows(db.query_all_raw(statement).await?),
    })
}

/// Runs `statement`, and records what it changes.
///
/// # Errors
///
/// The statement's own error, unchanged, or a [`CaptureError`].
pub(crate) async fn run(route: Route<'_>, statement: Statement, how: Ask) -> Result<Answer, DbErr> {
    if is_plain_read(&statement.sql) {
        return pass::pass(&route, statement, how).await;
    }
    match &*route.plan(&statement.sql) {
        Plan::Pass => pass::pass(&route, statement, how).await,
        Plan::Schema => {
            let answer = pass::pass(&route, statement, how).await;
            route.schema_changed();
            answer
        }
        Plan::Write(write) => {
            let (catalog, known) = catalog(&route, write).await?;
            if is_elsewhere(&route, write, &catalog) {
                return pass::pass(&route, statement, how).await;
            }
            scope::check(route.shared, write)?;
            if let Err(unknown) = known {
                return fails(&route, statement, how, unknown).await;
            }
            if let Some(pool) = route.underlying_pool() {
                leave::at_scope_end(pool, route.shared);
            }
            if single::can_capture(&route, write, &catalog) {
                single::capture(&route, write, &catalog, statement, how).await
            } else {
                steps::capture(&route, Arc::clone(write), catalog, statement, how).await
            }
        }
        Plan::Script(_) if statement.values.is_some() => Err(CaptureError::Uncapturable {
            table: "?".to_owned(),
            kind: "several statements with parameters".to_owned(),
            why: "which parameters belong to which is not known; run them one by one".to_owned(),
        }
        .into()),
        Plan::Script(parts) => script::run(&route, parts, &statement.sql)
            .await
            .map(Answer::Executed),
        Plan::Refuse(refusal) => {
            refuse(route.shared, refusal)?;
            pass::pass(&route, statement, how).await
        }
        Plan::TransactionControl { kind } => Err(transaction_control(kind)),
    }
}

/// What the database says of its tables, asked again when it did not know one that is written; and
/// whether it knows them now.
async fn catalog(
    route: &Route<'_>,
    write: &Write,
) -> Result<(Arc<Catalog>, Result<(), CaptureError>), DbErr> {
    if let Some(catalog) = route.shared.catalog.known() {
        if check_known(route, write, &catalog).is_ok() {
            return Ok((catalog, Ok(())));
        }
        route.shared.catalog.forget();
    }
    let turn = route.turn().await?;
    let (on, cache) = (route.begin_on(), Arc::clone(&route.shared.catalog));
    // To the end: sqlx loses its place in MySQL's protocol when a read is dropped.
    let catalog = uninterrupted(async move {
        let _turn = turn;
        let on = on;
        match &on {
            BeginOn::Pool(db) => cache.load(db).await,
            BeginOn::Transaction(db) => cache.load(&**db).await,
        }
    })
    .await?;
    let known = check_known(route, write, &catalog);
    Ok((catalog, known))
}

/// Whether every written table is in the database.
fn check_known(route: &Route<'_>, write: &Write, catalog: &Catalog) -> Result<(), CaptureError> {
    scope::table_writes(write).try_for_each(|target| {
        let table = &route.shared.tables[target.table].table;
        steps::facts(catalog, table).map(drop)
    })
}

/// Runs a statement on a table that is not there, for the database's own error. Should it work all
/// the same, it is undone: nobody would have recorded it.
async fn fails(
    route: &Route<'_>,
    statement: Statement,
    how: Ask,
    unknown: CaptureError,
) -> Result<Answer, DbErr> {
    let trial = route.begin(TransactionOptions::default()).await?;
    let within = Route::transaction(trial.get()?, route.shared, trial.session());
    let answer = pass::pass(&within, statement, how).await;
    drop(within);
    trial.rollback().await?;
    answer.and(Err(unknown.into()))
}

/// Whether a name with a schema means another table than the tracked one it looks like:
/// `archive.product` is not `product`.
fn is_elsewhere(route: &Route<'_>, write: &Write, catalog: &Catalog) -> bool {
    let mut qualified = scope::table_writes(write)
        .filter(|target| target.target.contains('.'))
        .peekable();
    qualified.peek().is_some()
        && qualified.all(|target| {
            let written = catalog.name(&target.target.replace(['"', '`'], ""));
            let tracked = &route.shared.tables[target.table].table;
            written.is_some() && written != catalog.name(tracked.entity())
        })
}

/// Applies the tracker's policy to a statement that cannot be captured.
fn refuse(shared: &Shared, refusal: &Refusal) -> Result<(), CaptureError> {
    let error = CaptureError::Uncapturable {
        table: refusal.table.clone(),
        kind: refusal.kind.to_owned(),
        why: refusal.why.clone(),
    };
    // No policy opens the log itself to others.
    if refusal.log || !permits(shared, &error) {
        return Err(error);
    }
    Ok(())
}

/// Whether the tracker lets a write through that cannot be recorded.
fn permits(shared: &Shared, error: &CaptureError) -> bool {
    if !matches!(error, CaptureError::Uncapturable { .. }) {
        return false;
    }
    if shared.uncapturable == Uncapturable::Warn {
        tracing::warn!(%error, "a write goes unrecorded");
    }
    shared.uncapturable != Uncapturable::Refuse
}

/// A savepoint rolled back by text would take recorded changes away unseen.
fn transaction_control(kind: &str) -> DbErr {
    CaptureError::TransactionControl {
        kind: kind.to_owned(),
    }
    .into()
}
