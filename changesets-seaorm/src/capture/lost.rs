//! MySQL: a transaction that the database rolled back by itself.
//!
//! After a deadlock it rolls back all of the transaction, not the statement alone, and runs what comes
//! next in none (`row_mysql_handle_errors` in MariaDB's `storage/innobase/row/row0mysql.cc`): a write and
//! its record would be committed one by one. So whoever meets such an error tells the session, which
//! takes no more writes.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::{error::CaptureError, session::Session};

/// A row changed since it was read; too many locks; a deadlock.
const ROLLED_BACK: [&str; 3] = ["1020", "1206", "1213"];
/// A lock was waited for too long: with `innodb_rollback_on_timeout`, the same.
const TIMED_OUT: &str = "1205";
/// The savepoint of a capture, which goes with its transaction.
const SAVEPOINT_GONE: &str = "SAVEPOINT changesets does not exist";

/// Fails where the transaction on `db` is no more; asks the database where that is not known.
pub(super) async fn check<C: ConnectionTrait>(session: &Session, db: &C) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::MySql {
        return Ok(());
    }
    if session.is_doubtful() && !session.is_lost() {
        // Outside a transaction the first does nothing, and the second fails.
        for sql in ["SAVEPOINT changesets", "ROLLBACK TO SAVEPOINT changesets"] {
            let done = db.execute_unprepared(sql).await;
            heed(Some(session), DbBackend::MySql, done)?;
        }
    }
    match session.is_lost() {
        true => Err(CaptureError::RolledBack.into()),
        false => Ok(()),
    }
}

/// Tells `session` when the error that a statement ended with took the transaction along.
pub(super) fn heed<T>(
    session: Option<&Session>,
    backend: DbBackend,
    done: Result<T, DbErr>,
) -> Result<T, DbErr> {
    let Err(error) = done else {
        return done;
    };
    if let (Some(session), DbBackend::MySql) = (session, backend) {
        let text = error.to_string();
        if text.contains(SAVEPOINT_GONE) {
            session.lose();
            return Err(CaptureError::RolledBack.into());
        }
        match number(&text) {
            Some(TIMED_OUT) => session.doubt(),
            Some(number) if ROLLED_BACK.contains(&number) => session.lose(),
            _ => {}
        }
    }
    Err(error)
}

/// MySQL's number of an error.
fn number(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("error returned from database: ")?;
    after.split(' ').next()
}
