//! `INSERT` and `REPLACE`.

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    Conflict, InsertPlan, TableWrite, WriteKind, check,
    clauses::Clauses,
    returning,
    source::{Source, Span},
    statement::{Planner, Stop},
    target::{Name, Target, identifier},
};

/// Reads the `INSERT` or `REPLACE` at `span`; nothing if its table is not tracked.
///
/// `alone` says that it has no `WITH` before it, so that its text is that of the whole statement.
pub(super) fn read(
    planner: &Planner<'_>,
    span: Span,
    alone: bool,
) -> Result<Option<TableWrite>, Stop> {
    let source = planner.source;
    let (mut conflict, mut drastic) = (Conflict::None, false);
    if source.is(span.start, "REPLACE") {
        conflict = Conflict::Replace;
    }
    let mut at = span.start + 1;
    match source.backend {
        DbBackend::Sqlite if source.is(at, "OR") => {
            if source.is(at + 1, "IGNORE") {
                conflict = Conflict::DoNothing;
            } else if source.is(at + 1, "REPLACE") {
                conflict = Conflict::Replace;
            }
            // They keep half of the statement, or end the transaction.
            drastic = source.is_any(at + 1, &["FAIL", "ROLLBACK"]);
            at += 2;
        }
        DbBackend::MySql => {
            while source.is_any(at, &["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"]) {
                at += 1;
            }
            if source.is(at, "IGNORE") {
                conflict = Conflict::DoNothing;
                at += 1;
            }
        }
        _ => {}
    }
    at += usize::from(source.is(at, "INTO"));
    let name = Name::read(source, at).ok_or(Stop::Unreadable)?;
    let Some(table) = planner.tracked(&name)? else {
        return Ok(None);
    };
    if drastic {
        let why = "it does not take back what it wrote when a unique key conflicts; use INSERT alone";
        return Err(name.refusal("INSERT OR …", why).into());
    }
    at = name.span.end;
    if source.is(at, "PARTITION") {
        at = source.after(at + 1);
    }
    let alias = (source.is(at, "AS") && identifier(source, at + 1).is_some()).then_some(at + 1);
    at = alias.map_or(at, |alias| alias + 1);
    let target = Target { name, alias };

    let clauses = tail(source, at..span.end)?;
    let conflicts = on_conflict(source, at..clauses.begin);
    if let Some(begin) = conflicts {
        conflict = clause(source, begin..clauses.begin, conflict);
    }
    let rows = at..conflicts.unwrap_or(clauses.begin);
    let columns = columns(source, rows.clone())?;
    check::insert(source, span.start..rows.end, &target, &columns).ok_or(Stop::Unreadable)?;
    let returning = returning::read(source, &target, &clauses)?;
    let body = span.start..clauses.begin;
    Ok(Some(TableWrite {
        table,
        target: source.text(target.name.span.clone()).to_owned(),
        alias: target.alias.map(|alias| source.text(alias..alias + 1).to_owned()),
        kind: WriteKind::Insert(InsertPlan {
            columns,
            conflict,
            body_end: (alone && returning.is_some()).then(|| source.whole_len(body.clone())),
            body: (!source.is_shortened()).then(|| source.fragment(body)),
        }),
        returning,
    }))
}

/// An `INSERT` has but one clause that concerns us. Those of the query it may insert from do not.
fn tail(source: &Source<'_>, span: Span) -> Result<Clauses, Stop> {
    let returning = source.find(span.clone(), "RETURNING");
    if returning.is_some_and(|at| at + 1 >= span.end) {
        return Err(Stop::Unreadable);
    }
    Ok(Clauses {
        returning: returning.map(|at| at + 1..span.end),
        begin: returning.unwrap_or(span.end),
        ..Clauses::default()
    })
}

/// Where `ON CONFLICT` or `ON DUPLICATE KEY UPDATE` begins.
fn on_conflict(source: &Source<'_>, span: Span) -> Option<usize> {
    source.outside(span).find(|at| {
        // A join may be `ON conflict.id = …`.
        let column = source.is_token(at + 2, &Token::Period);
        let conflict = source.is(at + 1, "CONFLICT") && !column;
        let duplicate = source.is(at + 1, "DUPLICATE") && source.is(at + 2, "KEY");
        source.is(*at, "ON") && (conflict || duplicate)
    })
}

/// What the clause at `span` makes of `conflict`, which the first words of the statement set.
///
/// SQLite allows several clauses: one that updates is enough.
fn clause(source: &Source<'_>, span: Span, conflict: Conflict) -> Conflict {
    let updates = source.is(span.start + 1, "DUPLICATE")
        || source.outside(span).any(|at| source.is(at, "DO") && source.is(at + 1, "UPDATE"));
    match (conflict, updates) {
        (Conflict::Replace, _) => Conflict::Replace,
        (_, true) => Conflict::DoUpdate,
        // Only some conflicts do nothing, but those that fail change nothing either.
        (_, false) => Conflict::DoNothing,
    }
}

/// The columns that values are given for.
fn columns(source: &Source<'_>, rows: Span) -> Result<Vec<String>, Stop> {
    let at = rows.start;
    if source.is(at, "SET") {
        let end = source.find(rows.clone(), "AS").unwrap_or(rows.end);
        return source.split(at + 1..end).into_iter().map(|part| assigned(source, part)).collect();
    }
    let Some(close) = source.close(at).filter(|_| source.is_token(at, &Token::LParen)) else {
        return Ok(Vec::new());
    };
    let query = source.is_any(at + 1, &["SELECT", "WITH", "VALUES", "TABLE"])
        && !source.is_token(at + 2, &Token::Comma)
        && !source.is_token(at + 2, &Token::RParen);
    if query || close == at + 1 || source.is_token(at + 1, &Token::LParen) {
        return Ok(Vec::new());
    }
    let parts = source.split(at + 1..close);
    parts.into_iter().map(|part| last_name(source, part)).collect()
}

/// The column of an assignment.
fn assigned(source: &Source<'_>, part: Span) -> Result<String, Stop> {
    let equals = source.outside(part.clone()).find(|at| source.is_token(*at, &Token::Eq));
    last_name(source, part.start..equals.ok_or(Stop::Unreadable)?)
}

/// The column's own name; PostgreSQL's comes first, before fields and elements.
fn last_name(source: &Source<'_>, part: Span) -> Result<String, Stop> {
    let at = match source.backend {
        DbBackend::Postgres => Some(part.start),
        _ => part.end.checked_sub(1),
    };
    at.filter(|_| !part.is_empty()).and_then(|at| identifier(source, at)).ok_or(Stop::Unreadable)
}
