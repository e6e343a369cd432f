//! What a capture commits or takes back as one: its write and its record.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, TransactionOptions};

use super::{BeginOn, Session, SessionTransaction};

/// A transaction of its own, or a savepoint of the caller's.
///
/// To be begun and ended by whoever has the session's turn, and cannot be interrupted.
#[derive(Debug)]
pub(crate) enum Unit {
    Transaction(SessionTransaction),
    Savepoint(Savepoint),
}

impl Unit {
    /// Begins one on `on`.
    ///
    /// On SQLite a savepoint waits for [`prologue`](Self::prologue).
    pub(crate) async fn begin(
        on: &BeginOn,
        session: Option<&Arc<Session>>,
        options: TransactionOptions,
    ) -> Result<Self, DbErr> {
        if let (BeginOn::Transaction(db), Some(session)) = (on, session) {
            let savepoint = Savepoint::set(db, session).await?;
            return Ok(Self::Savepoint(savepoint));
        }
        let transaction = SessionTransaction::begin_in_turn(on, session, options).await?;
        Ok(Self::Transaction(transaction))
    }

    /// The connection; an error only once the unit has ended.
    pub(crate) fn db(&self) -> Result<&Arc<DatabaseTransaction>, DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.get(),
            Self::Savepoint(savepoint) => Ok(&savepoint.db),
        }
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        match self {
            Self::Transaction(transaction) => transaction.session(),
            Self::Savepoint(savepoint) => &savepoint.session,
        }
    }

    /// SQLite: what has to run before, or together with, the first statement of the unit;
    /// `write_lock` is SQL that makes the transaction a writing one before it reads.
    pub(crate) fn prologue(
        &self,
        first: First,
        write_lock: impl FnOnce() -> String,
    ) -> Option<String> {
        match self {
            Self::Transaction(_) => None,
            Self::Savepoint(savepoint) => savepoint.prologue(first, write_lock),
        }
    }

    /// SQLite: what releases a savepoint, to be run together with the record.
    pub(crate) fn release_within_a_batch(&self) -> Option<&'static str> {
        match self {
            Self::Savepoint(savepoint) if savepoint.is_sqlite() => Some(RELEASE),
            _ => None,
        }
    }

    /// [`release_within_a_batch`](Self::release_within_a_batch) was run.
    pub(crate) fn released_within_a_batch(&mut self) {
        if let Self::Savepoint(savepoint) = self {
            savepoint.released = true;
        }
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.end_in_turn(true).await,
            Self::Savepoint(savepoint) => savepoint.release().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.end_in_turn(false).await,
            Self::Savepoint(savepoint) => savepoint.rollback().await,
        }
    }
}

/// What a unit does first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Read,
    Write,
}

/// A savepoint that SeaORM does not know of: its own cost a round trip more.
#[derive(Debug)]
pub(crate) struct Savepoint {
    db: Arc<DatabaseTransaction>,
    session: Arc<Session>,
    /// The database knows of it.
    set: AtomicBool,
    released: bool,
    ended: bool,
}

const SET: &str = "SAVEPOINT changesets";
const RELEASE: &str = "RELEASE SAVEPOINT changesets";

impl Savepoint {
    fn is_sqlite(&self) -> bool {
        self.db.get_database_backend() == DbBackend::Sqlite
    }

    fn is_set(&self) -> bool {
        self.set.load(Ordering::Relaxed)
    }

    fn prologue(&self, first: First, write_lock: impl FnOnce() -> String) -> Option<String> {
        if self.set.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(match first {
            First::Read if !self.session.is_writing() => format!("{SET}; {}", write_lock()),
            _ => SET.to_owned(),
        })
    }

    async fn set(db: &Arc<DatabaseTransaction>, session: &Arc<Session>) -> Result<Self, DbErr> {
        let mut savepoint = Self {
            db: Arc::clone(db),
            session: Arc::clone(session),
            set: AtomicBool::new(false),
            released: false,
            ended: false,
        };
        if !savepoint.is_sqlite() {
            if let Err(error) = db.execute_unprepared(SET).await {
                savepoint.ended = true;
                return Err(error);
            }
            savepoint.set = AtomicBool::new(true);
        }
        session.push();
        Ok(savepoint)
    }

    async fn release(mut self) -> Result<(), DbErr> {
        // MySQL forgets an old savepoint when a new one takes its name, or the transaction ends
        // (https://dev.mysql.com/doc/refman/8.4/en/savepoint.html).
        if self.is_set() && !self.released && self.db.get_database_backend() != DbBackend::MySql {
            self.db.execute_unprepared(RELEASE).await?;
        }
        self.end(true);
        Ok(())
    }

    async fn rollback(mut self) -> Result<(), DbErr> {
        let sql = match self.db.get_database_backend() {
            DbBackend::MySql => "ROLLBACK TO SAVEPOINT changesets",
            _ => "ROLLBACK TO SAVEPOINT changesets; RELEASE SAVEPOINT changesets",
        };
        let rolled_back = match self.is_set() {
            true => self.db.execute_unprepared(sql).await.map(drop),
            false => Ok(()),
        };
        self.end(false);
        rolled_back
    }

    fn end(&mut self, committed: bool) {
        self.ended = true;
        self.session.pop(committed);
    }
}

impl Drop for Savepoint {
    /// Only a panic in between comes here: what is written since may lack its record.
    fn drop(&mut self) {
        if !self.ended {
            self.session.spoil();
            self.session.pop(false);
        }
    }
}
