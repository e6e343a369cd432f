//! Writes that give back their rows as the log writes them: nothing has to be read again.
//!
//! With `RETURNING`, so on SQLite and MariaDB; PostgreSQL has a way of its own ([`single`](super::single)).

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

use super::{
    Answer, Ask,
    executed::executed,
    image::{Image, Reader},
    insert,
    steps::Step,
};
use crate::{catalog::OWN_TRIGGERS, session::First};

/// The rows that a write wrote, and what the database answered.
pub(super) struct Returned {
    pub(super) images: Vec<Image>,
    rows: Vec<QueryResult>,
    /// SQLite: the connection's last id.
    last_id: u64,
}

/// Whether the rows a write returns are what is in the table afterwards.
pub(super) async fn is_faithful(step: &Step<'_>) -> Result<bool, DbErr> {
    let told = !step.dialect.is_postgres() && step.catalog.returns;
    Ok(told && !step.facts(step.table())?.triggered && !has_own_triggers(step).await?)
}

async fn has_own_triggers(step: &Step<'_>) -> Result<bool, DbErr> {
    if !step.dialect.is_sqlite() {
        return Ok(false);
    }
    let sql = format!("SELECT {OWN_TRIGGERS} AS own");
    let asked = Statement::from_string(step.dialect.backend(), sql);
    let answer = step.db.query_one_raw(asked).await?;
    answer.map_or(Ok(false), |row| row.try_get("", "own"))
}

/// Runs the caller's statement, extended so that it returns its rows; `None` when the schema is no longer
/// the known one, and a new trigger may have changed them.
pub(super) async fn write(step: &Step<'_>, reader: &Reader<'_>) -> Result<Option<Returned>, DbErr> {
    let mut sql = insert::returning(step);
    reader.select_list(&mut sql, "");
    let tells_last_id = step.dialect.is_sqlite() && step.ask == Ask::Execute;
    if tells_last_id {
        // In the same call, as all that follows: the answers are the last rows.
        sql.push("; SELECT last_insert_rowid() AS \"__changesets_last\"");
    }
    let version = step.catalog.version.filter(|_| step.dialect.is_sqlite());
    let asks_version = version.filter(|version| !step.session().has_schema(*version));
    if asks_version.is_some() {
        sql.push("; PRAGMA schema_version");
    }
    let asked = step.first(First::Write, sql).await;
    let mut rows = asked.map_err(|error| insert::as_asked(step.ask, error))?;
    if let Some(known) = asks_version {
        let version = rows.pop().map(|row| row.try_get("", "schema_version"));
        if version.transpose()? != Some(known) {
            return Ok(None);
        }
        // It has written, so that nobody else changes the schema until it ends.
        step.session().set_schema(known);
    }
    let mut last_id = 0;
    if tells_last_id {
        let last = rows.pop().map(|row| row.try_get("", "__changesets_last"));
        let last: i64 = last.transpose()?.unwrap_or_default();
        last_id = u64::try_from(last).unwrap_or(0);
    }
    let images = rows.iter().map(|row| reader.decode(row));
    Ok(Some(Returned {
        images: images.collect::<Result<_, _>>()?,
        rows,
        last_id,
    }))
}

impl Returned {
    /// What the caller expects; on MySQL with `mysql_last_id`, which depends on the kind of write.
    pub(super) fn answer(self, step: &Step<'_>, mysql_last_id: u64) -> Result<Answer, DbErr> {
        if step.ask != Ask::Execute {
            return Ok(Answer::Rows(self.rows));
        }
        let last_id = if step.dialect.is_mysql() {
            mysql_last_id
        } else {
            self.last_id
        };
        let count = self.rows.len() as u64;
        executed(step.dialect.backend(), last_id, count).map(Answer::Executed)
    }
}
