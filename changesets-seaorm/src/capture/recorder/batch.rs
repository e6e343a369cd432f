//! Statements of the log that are sent together.

use sea_orm::{ConnectionTrait, DbErr};

use crate::dialect::{Dialect, Sql};

use super::log_error;

/// Statements that nobody waits for an answer of. SQLite runs all of them in one call, the others
/// one by one: their drivers take parameters for one statement only.
pub(super) struct Batch<'a, C> {
    db: &'a C,
    waiting: Option<Sql>,
    /// The tables that what is waiting writes to.
    tables: Vec<&'a str>,
}

impl<'a, C: ConnectionTrait> Batch<'a, C> {
    pub(super) fn new(db: &'a C) -> Self {
        Self {
            db,
            waiting: None,
            tables: Vec::new(),
        }
    }

    /// Runs `sql`, which writes to `table`, now or with the next [`flush`](Self::flush).
    pub(super) async fn add(&mut self, table: &'a str, sql: Sql) -> Result<(), DbErr> {
        self.tables.push(table);
        match &mut self.waiting {
            Some(waiting) => waiting.then(sql),
            None => self.waiting = Some(sql),
        }
        if !Dialect::new(self.db.get_database_backend()).is_sqlite() {
            self.flush().await?;
        }
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> Result<(), DbErr> {
        let tables = std::mem::take(&mut self.tables);
        let Some(sql) = self.waiting.take() else {
            return Ok(());
        };
        let done = self.db.execute_raw(sql.into_statement()).await;
        done.map(drop)
            .map_err(|error| log_error(failed(tables, &error), &error))
    }
}

/// The one of `tables` that the error names, or the last: SQLite does not say which statement it was.
fn failed<'t>(mut tables: Vec<&'t str>, error: &DbErr) -> &'t str {
    let last = tables.last().copied().unwrap_or_default();
    let error = error.to_string();
    // `change` is part of `changeset`.
    tables.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let named = tables.into_iter().find(|name| error.contains(name));
    named.unwrap_or(last)
}
