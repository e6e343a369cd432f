//! A transaction that the database ended by itself.
//!
//! After a deadlock MySQL rolls back the whole transaction, and runs what comes next in none
//! (`row_mysql_handle_errors` in MariaDB's `storage/innobase/row/row0mysql.cc`); so does SQLite after
//! `RAISE(ROLLBACK)` or a full disk (<https://www.sqlite.org/lang_transaction.html>). A write and its
//! record would be committed one by one. PostgreSQL refuses what comes next, but calls the commit a
//! success (<https://www.postgresql.org/docs/current/sql-commit.html>), and a header would be taken for
//! written. So the database is asked, before the next capture and before the commit, once something
//! has failed. And MySQL commits before it changes the schema: what comes next is in no transaction
//! either (<https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>).

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::{
    error::CaptureError,
    session::{Ended, Session},
};

/// What the savepoint of a capture is missed with, on MySQL and SQLite.
const SAVEPOINT_GONE: [&str; 2] = [
    "SAVEPOINT changesets does not exist",
    "no such savepoint: changesets",
];

/// Words that a statement begins with which never commits the open transaction of MySQL.
const KEEPS_OPEN: [&str; 14] = [
    "select", "insert", "update", "delete", "replace", "with", "values", "show", "explain",
    "describe", "desc", "set", "use", "do",
];

/// Fails where the transaction on `db` is no more. PostgreSQL says so itself, and may still go back to a
/// savepoint.
pub(super) async fn check_capture<C: ConnectionTrait>(
    session: &Session,
    db: &C,
) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        return Ok(());
    }
    match found(session, db).await {
        None => Ok(()),
        Some(_) => Err(CaptureError::TransactionEnded.into()),
    }
}

/// Fails where there is no transaction to commit, nor was one.
pub(super) async fn check_commit<C: ConnectionTrait>(
    session: &Session,
    db: &C,
) -> Result<(), DbErr> {
    match found(session, db).await {
        None | Some(Ended::Committed) => Ok(()),
        Some(Ended::RolledBack) => Err(CaptureError::TransactionEnded.into()),
    }
}

/// How the transaction ended, if it did.
async fn found<C: ConnectionTrait>(session: &Session, db: &C) -> Option<Ended> {
    let fate = session.fate();
    if let Some(known) = fate.ended() {
        return Some(known);
    }
    if !fate.is_doubtful() {
        return None;
    }
    if is_open(db).await {
        fate.trust();
        return None;
    }
    // PostgreSQL may go back to a savepoint.
    if db.get_database_backend() != DbBackend::Postgres {
        fate.end(Ended::RolledBack);
    }
    Some(Ended::RolledBack)
}

/// Whether MySQL may commit the open transaction for `sql`.
pub(super) fn may_commit(backend: DbBackend, sql: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_ascii_alphabetic());
    let first = words.find(|word| !word.is_empty()).unwrap_or_default();
    backend == DbBackend::MySql && !KEEPS_OPEN.iter().any(|it| it.eq_ignore_ascii_case(first))
}

/// Runs a statement that is not captured, and notices what becomes of the transaction.
pub(super) async fn noticing<C: ConnectionTrait, T>(
    session: &Session,
    db: &C,
    may_commit: bool,
    statement: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    if may_commit {
        // What was before is not its doing.
        found(session, db).await;
    }
    let watch = Watch::of(Some(session));
    let done = watch.heed(statement.await);
    if may_commit && session.fate().ended().is_none() && !is_open(db).await {
        session.fate().end(Ended::Committed);
    }
    done
}

async fn is_open<C: ConnectionTrait>(db: &C) -> bool {
    match db.get_database_backend() {
        // Outside a transaction the first does nothing, and the second fails.
        DbBackend::MySql => {
            let set = db.execute_unprepared("SAVEPOINT changesets").await;
            let back = "ROLLBACK TO SAVEPOINT changesets";
            set.is_ok() && db.execute_unprepared(back).await.is_ok()
        }
        // There is none within another.
        DbBackend::Sqlite => {
            let open = db.execute_unprepared("BEGIN").await.is_err();
            if !open && let Err(error) = db.execute_unprepared("ROLLBACK").await {
                tracing::warn!(%error, "ending an empty transaction failed");
            }
            open
        }
        _ => db.execute_unprepared("SELECT 1").await.is_ok(),
    }
}

/// Around a statement in a transaction: one that fails, or is given up half-way, is told to the session.
#[derive(Debug)]
pub(super) struct Watch<'a>(Option<&'a Session>);

impl<'a> Watch<'a> {
    pub(super) fn of(session: Option<&'a Session>) -> Self {
        Self(session)
    }

    /// What the caller is answered: the database's own error, where the caller's statement had it.
    pub(super) fn heed<T>(mut self, done: Result<T, DbErr>) -> Result<T, DbErr> {
        let Some(error) = done.as_ref().err() else {
            self.0 = None;
            return done;
        };
        let text = error.to_string();
        let gone = SAVEPOINT_GONE.iter().any(|gone| text.contains(gone));
        match self.0 {
            Some(session) if gone => {
                session.fate().end(Ended::RolledBack);
                Err(CaptureError::TransactionEnded.into())
            }
            _ => done,
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.fate().doubt();
        }
    }
}
