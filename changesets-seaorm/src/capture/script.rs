//! Several statements in one text.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr, ExecResult, Statement, TransactionOptions};

use crate::statement::{Plan, ScriptPart, is_plain_read};

use super::{
    Answer, Ask, Route, commit,
    executed::{executed, last_insert_id},
    pass::pass_unprepared,
    refuse, run as run_one, transaction_control,
};

/// Runs a text that is not prepared, and may hold several statements.
pub(crate) async fn run_unprepared(route: Route<'_>, sql: &str) -> Result<ExecResult, DbErr> {
    if is_plain_read(sql) {
        return pass_unprepared(&route, sql).await;
    }
    match &*route.plan(sql) {
        Plan::Pass => pass_unprepared(&route, sql).await,
        Plan::Schema => {
            let result = pass_unprepared(&route, sql).await;
            route.schema_changed();
            result
        }
        Plan::Refuse(refusal) => {
            refuse(route.shared, refusal)?;
            pass_unprepared(&route, sql).await
        }
        Plan::Script(parts) => run(&route, parts, sql).await,
        Plan::TransactionControl { kind } => Err(transaction_control(kind)),
        Plan::Write(_) => run_part(&route, sql).await,
    }
}

/// Runs the parts of a script one after the other.
///
/// PostgreSQL runs the statements of one text in one transaction
/// (<https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT>),
/// the others each in its own.
pub(super) async fn run(
    route: &Route<'_>,
    parts: &[ScriptPart],
    text: &str,
) -> Result<ExecResult, DbErr> {
    let plans: Vec<_> = parts.iter().map(|part| route.plan(&part.sql)).collect();
    let harmless = |plan: &Plan| {
        matches!(
            plan,
            Plan::Pass | Plan::Schema | Plan::TransactionControl { .. }
        )
    };
    // Nothing to record, and no open transaction of ours to disturb: leave the text as it is.
    if route.session.is_none() && plans.iter().all(|plan| harmless(plan)) {
        let result = route.db.execute_unprepared(text).await;
        route.schema_changed();
        return result;
    }
    if route.dialect().is_postgres() {
        let options = TransactionOptions::default();
        let transaction = route.begin(options).await?;
        let within = Route::transaction(transaction.get()?, route.shared, transaction.session());
        let total = run_parts(&within, parts).await?;
        drop(within);
        commit(Arc::clone(route.shared), transaction).await?;
        return Ok(total);
    }
    run_parts(route, parts).await
}

/// As the drivers do: rows add up, and the last id is the last statement's.
async fn run_parts(route: &Route<'_>, parts: &[ScriptPart]) -> Result<ExecResult, DbErr> {
    let backend = route.backend();
    let (mut last, mut rows) = (0, 0);
    for part in parts {
        let result = run_part(route, &part.sql).await?;
        rows += result.rows_affected();
        last = last_insert_id(backend, &result);
    }
    executed(backend, last, rows)
}

async fn run_part(route: &Route<'_>, sql: &str) -> Result<ExecResult, DbErr> {
    let plan = route.plan(sql);
    if !matches!(*plan, Plan::Write(_)) {
        if let Plan::TransactionControl { kind } = &*plan {
            return Err(transaction_control(kind));
        }
        if let Plan::Refuse(refusal) = &*plan {
            refuse(route.shared, refusal)?;
        }
        let result = pass_unprepared(route, sql).await;
        if matches!(*plan, Plan::Schema) {
            route.schema_changed();
        }
        return result;
    }
    let statement = Statement::from_string(route.backend(), sql);
    match Box::pin(run_one(route.again(), statement, Ask::Execute)).await? {
        Answer::Executed(result) => Ok(result),
        Answer::Rows(rows) => executed(route.backend(), 0, rows.len() as u64),
    }
}
