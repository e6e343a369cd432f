//! PostgreSQL: a write and its record in one statement.
//!
//! A data-modifying `WITH` runs every part exactly once, in one transaction and one round trip
//! (<https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING>):
//!
//! ```sql
//! WITH before AS (SELECT columns FROM t WHERE <the caller's>
//!                 ORDER BY key FOR UPDATE),                                      -- updates only
//!      write  AS (UPDATE t SET <the caller's> FROM before WHERE t.key = before.key
//!                 RETURNING <the caller's>, key, members of the diff),
//!      header AS (INSERT INTO changeset SELECT … WHERE EXISTS (SELECT FROM write …)),
//!      log    AS (INSERT INTO change SELECT key, action, diff FROM write WHERE there are members)
//! SELECT <the caller's RETURNING> FROM write
//! ```
//!
//! `write` depends on `before`, which locks: under READ COMMITTED a row that another transaction
//! has just changed is looked at again, and both see its new version. Every tracked column is
//! compared, not only the assigned ones, because triggers and generated columns change more. What the
//! catalog lets no update change has no part in the diff, as that costs a third more: where it has
//! changed all the same, by a trigger made since, the statement fails and is run with all parts.
//! Only what goes into the diff is encoded, and each part is read once: PostgreSQL keeps the rows
//! of one that is read twice. Where the number of changes is the whole answer, `log` comes last, and
//! no row is sent.

mod build;
mod columns;
mod diff;
mod record;
mod update;

use std::{
    mem,
    sync::{Arc, atomic::Ordering},
};

use changesets_core::TrackedTable;
use sea_orm::{DbErr, Statement, sea_query::Values};

use crate::{
    catalog::Catalog,
    error::CaptureError,
    session::{Recorded, Ticket},
    statement::{
        Conflict, CteBody, Listed, Main, Shape, TableWrite, Text, Write, WriteKind, is_long,
    },
    tracker::Tracked,
};

use super::{
    Answer, Ask, Route, ask,
    cascade::takes_along,
    log_values, permits, recorder, scope,
    statement_session::{Nested, StatementSession},
    trace,
};

/// PostgreSQL's protocol counts parameters in 16 bits.
const MAX_PARAMETERS: usize = 65_535;
/// How many of them the record needs.
const OWN_PARAMETERS: usize = 10;

/// Whether one statement can do it: all but upserts, and writes whose cascades reach tracked rows.
pub(super) fn can_capture(route: &Route<'_>, write: &Write, catalog: &Arc<Catalog>) -> bool {
    route.dialect().is_postgres()
        && write.kept.as_one(catalog, Listed::AsPlanned, || {
            is_simple(route, write, catalog)
        })
}

fn is_simple(route: &Route<'_>, write: &Write, catalog: &Catalog) -> bool {
    let simple = |target: &TableWrite| {
        let inserts = match &target.kind {
            WriteKind::Insert(insert) => {
                matches!(insert.conflict, Conflict::None | Conflict::DoNothing)
            }
            WriteKind::Update(_) | WriteKind::Delete(_) => true,
        };
        inserts && !takes_along(route.shared, catalog, target)
    };
    scope::table_writes(write).all(simple)
}

/// Writes and records `statement` as one.
pub(super) async fn capture(
    route: &Route<'_>,
    write: &Write,
    catalog: &Arc<Catalog>,
    statement: Statement,
    how: Ask,
) -> Result<Answer, DbErr> {
    let _turn = route.turn().await?;
    let mut within = StatementSession::of(route.session, Nested::No);
    let mut ticket = scope::ticket(route.shared, &within.session);
    let recorder = recorder::Recorder::new(&route.db, &route.shared.log);
    if ticket.edit {
        recorder.update_header(&ticket.row).await?;
    }
    if ticket.ask && recorder.has_header(ticket.id()).await? {
        ticket.found();
    }
    // An import of many rows comes in statements of one text. PostgreSQL takes longer to read it than to leave
    // alone a header that is there, so the header does not make two texts of it.
    ticket.insert |= is_long(&statement.sql);
    let given = statement.values.as_ref().map_or(0, |values| values.0.len());
    if given + OWN_PARAMETERS > MAX_PARAMETERS {
        let refused = too_many_parameters(route, write);
        if permits(route.shared, &refused) {
            return ask(&route.db, statement, how).await;
        }
        return Err(refused.into());
    }
    let answer = send(route, write, catalog, &ticket, statement, how).await?;
    trace::statement(ticket.id(), route.shared, write, &answer);
    ticket.settle(recorded(write, &answer));
    within.committed = true;
    Ok(as_asked(write, answer))
}

/// A write that returns nothing has an empty row for each that it wrote, where the caller's own had none.
fn as_asked(write: &Write, answer: Answer) -> Answer {
    match (&write.main, answer) {
        (Main::Write(target), Answer::Rows(_)) if target.returning.is_none() => {
            Answer::Rows(Vec::new())
        }
        (_, answer) => answer,
    }
}

/// Sends `statement` with its record, in another way where the first turns out not to be right for it.
async fn send(
    route: &Route<'_>,
    write: &Write,
    catalog: &Arc<Catalog>,
    ticket: &Ticket,
    statement: Statement,
    how: Ask,
) -> Result<Answer, DbErr> {
    let mut values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    let given = values.0.len();
    values.0.extend(log_values::values(ticket));
    let updates = updated(route, write).next().is_some();
    let besides = |table: &Tracked| table.changes_besides.load(Ordering::Relaxed);
    let mut locks = !goes_by_version(route, write, catalog) || updated(route, write).any(besides);
    loop {
        let shape = Shape {
            rows: how != Ask::Execute,
            header: ticket.insert,
            values: given,
            besides: updated(route, write).any(besides),
            locks,
            ..Shape::default()
        };
        let text = write.kept.text(catalog, shape, &statement.sql, || Text {
            sql: build::Builder::new(route.shared, catalog, write, &statement.sql, shape).build(),
            places: Vec::new(),
        });
        let whole = Statement {
            sql: text.sql.clone(),
            // Only an update may be sent again, and only that has few.
            values: Some(match updates {
                true => values.clone(),
                false => mem::replace(&mut values, Values(Vec::new())),
            }),
            db_backend: statement.db_backend,
        };
        match ask(&route.db, whole, how).await {
            Ok(answer) if !locks && answer.count() == 0 => {
                if is_triggered_by_now(route, write).await? {
                    return Ok(answer);
                }
                locks = true;
            }
            Err(error) if error.to_string().contains(diff::CHANGED_BESIDES) => {
                changed_besides(route, write)?;
            }
            answer => return answer.map_err(|error| name_log_error(route, error)),
        }
    }
}

/// Whether the write is an update that [`update::goes_by_version`].
fn goes_by_version(route: &Route<'_>, write: &Write, catalog: &Catalog) -> bool {
    let Main::Write(target) = &write.main else {
        return false;
    };
    let WriteKind::Update(plan) = &target.kind else {
        return false;
    };
    let table = &route.shared.tables[target.table].table;
    let facts = catalog.table(table.entity());
    write.ctes.is_empty() && facts.is_some_and(|facts| update::goes_by_version(plan, table, facts))
}

/// After an update by a row's version has written none: whether a trigger that the catalog does not know may have
/// kept it from that, and has run. Then it must not run again, and the table is taken to have triggers.
async fn is_triggered_by_now(route: &Route<'_>, write: &Write) -> Result<bool, DbErr> {
    for table in updated(route, write) {
        if Catalog::is_triggered_by_now(&route.db, table.table.entity()).await? {
            table.changes_besides.store(true, Ordering::Relaxed);
            return Ok(true);
        }
    }
    Ok(false)
}

/// After an update has changed more than the catalog told: from now on, all columns of its table are
/// recorded. Alone it has failed as a whole, and can be run again; a transaction has failed with it.
fn changed_besides(route: &Route<'_>, write: &Write) -> Result<(), CaptureError> {
    let mut first = None;
    for table in updated(route, write) {
        table.changes_besides.store(true, Ordering::Relaxed);
        first = first.or(Some(table.table.entity()));
    }
    match (route.session, first) {
        (Some(_), Some(table)) => Err(CaptureError::ChangedBesides {
            table: table.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// The tables that are updated.
fn updated<'a>(route: &'a Route<'_>, write: &'a Write) -> impl Iterator<Item = &'a Tracked> {
    let updates = |target: &&TableWrite| matches!(target.kind, WriteKind::Update(_));
    scope::table_writes(write)
        .filter(updates)
        .map(|target| &route.shared.tables[target.table])
}

/// What the answer tells of the change rows: an insert or delete of a row always leaves one.
fn recorded(write: &Write, answer: &Answer) -> Recorded {
    let count = answer.count();
    let Main::Write(target) = &write.main else {
        return Recorded::Unknown;
    };
    let alone = write
        .ctes
        .iter()
        .all(|cte| !matches!(cte.body, CteBody::Write(_)));
    let tells = target.returning.is_some() || matches!(answer, Answer::Executed(_));
    match (&target.kind, count) {
        (_, 0) if alone && tells => Recorded::Nothing,
        (WriteKind::Insert(_) | WriteKind::Delete(_), 1..) => Recorded::Rows,
        _ => Recorded::Unknown,
    }
}

fn too_many_parameters(route: &Route<'_>, write: &Write) -> CaptureError {
    let first: Option<&TrackedTable> = scope::table_writes(write)
        .next()
        .map(|target| &route.shared.tables[target.table].table);
    super::steps::uncapturable_named(
        first.map_or("?", TrackedTable::entity),
        "a statement of more than 65,525 parameters",
        "PostgreSQL takes 65,535, and the record needs ten of them; write fewer rows at once",
    )
}

/// A missing log table is ours to explain; every other error is the caller's.
fn name_log_error(route: &Route<'_>, error: DbErr) -> DbErr {
    let text = error.to_string();
    let missing = text.contains("does not exist");
    match route
        .shared
        .log
        .all()
        .into_iter()
        .find(|name| text.contains(&format!("{name}\"")))
    {
        Some(table) if missing => recorder::log_error(table, &error),
        _ => error,
    }
}
