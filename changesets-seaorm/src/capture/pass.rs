//! Statements that are run as they are.

use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::{
    session::uninterrupted,
    statement::{Plan, is_plain_read},
};

use super::{Answer, Ask, On, Route, ask, ended};

/// Whether `sql` changes nothing that is tracked.
pub(crate) fn is_harmless(route: &Route<'_>, sql: &str) -> bool {
    is_plain_read(sql) || matches!(*route.plan(sql), Plan::Pass)
}

/// The rows of a read, as they come.
pub(crate) fn heeded<'a>(
    route: Route<'a>,
    rows: impl Stream<Item = Result<QueryResult, DbErr>> + Send + 'a,
) -> impl Stream<Item = Result<QueryResult, DbErr>> + Send + 'a {
    rows.map(move |row| route.watch().heed(row))
}

/// Runs `statement` as it is, after what callers that have gone left behind.
pub(super) async fn pass(
    route: &Route<'_>,
    statement: Statement,
    how: Ask,
) -> Result<Answer, DbErr> {
    let turn = route.turn().await?;
    if let (On::Transaction(db), Some(session)) = (route.on, route.session)
        && route.backend() == DbBackend::MySql
    {
        let (db, session) = (Arc::clone(db), Arc::clone(session));
        // sqlx loses its place in MySQL's protocol when a statement is dropped while it is
        // prepared (https://github.com/transact-rs/sqlx/issues/563); outside a transaction the pool
        // notices, inside the connection hangs, and never comes back to its pool.
        return uninterrupted(async move {
            let _turn = turn;
            let db = db;
            let may_commit = ended::may_commit(DbBackend::MySql, &statement.sql);
            let done = ask(&*db, statement, how);
            ended::noticing(&session, &*db, may_commit, done).await
        })
        .await;
    }
    drop(turn);
    let watch = route.watch();
    watch.heed(ask(&route.db, statement, how).await)
}

/// The same for a text that is not prepared, and may hold several statements.
pub(super) async fn pass_unprepared(route: &Route<'_>, sql: &str) -> Result<ExecResult, DbErr> {
    route.settled().await?;
    let done = route.db.execute_unprepared(sql);
    match route.session {
        Some(session) => {
            let may_commit = ended::may_commit(route.backend(), sql);
            ended::noticing(session, &route.db, may_commit, done).await
        }
        None => done.await,
    }
}
