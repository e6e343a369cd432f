//! `UPDATE`.

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    Assigned, TableWrite, UpdatePlan, WriteKind, check,
    clauses::Clauses,
    multi,
    returning,
    source::{Source, Span},
    statement::{Planner, Stop},
    target::{Name, Target, identifier},
};

/// Reads the `UPDATE` at `span`; nothing if its table is not tracked.
pub(super) fn read(planner: &Planner<'_>, span: Span) -> Result<Option<TableWrite>, Stop> {
    let source = planner.source;
    let mut at = span.start + 1;
    let mut drastic = false;
    match source.backend {
        DbBackend::Sqlite if source.is(at, "OR") => {
            // They delete other rows, keep half of the statement, or end the transaction.
            drastic = source.is_any(at + 1, &["REPLACE", "FAIL", "ROLLBACK"]);
            at += 2;
        }
        DbBackend::MySql => {
            while source.is_any(at, &["LOW_PRIORITY", "IGNORE"]) {
                at += 1;
            }
        }
        DbBackend::Postgres if source.is(at, "ONLY") => {
            let name = at + 1 + usize::from(source.is_token(at + 1, &Token::LParen));
            let name = Name::read(source, name).ok_or(Stop::Unreadable)?;
            planner.refuse(&name, "UPDATE ONLY", "it leaves out tables that inherit from it")?;
            return Ok(None);
        }
        _ => {}
    }
    let set = source.find(at..span.end, "SET").ok_or(Stop::Unreadable)?;
    let Some(target) = Target::read(source, at..set) else {
        multi::update(planner, at..set, set + 1..span.end)?;
        return Ok(None);
    };
    let Some(table) = planner.tracked(&target.name)? else {
        return Ok(None);
    };
    if drastic {
        let why = "it does more than change rows when a unique key conflicts; use UPDATE alone";
        return Err(target.name.refusal("UPDATE OR …", why).into());
    }
    let clauses = Clauses::read(source, set + 1..span.end, "FROM")?;
    let set = set + 1..clauses.begin;
    let assignments = assignments(source, set.clone())?;
    check::update(source, &target, &set, &assignments, &clauses).ok_or(Stop::Unreadable)?;
    let assigned = |(column, value): (String, Span)| Assigned { column, value: source.fragment(value) };
    let returning = returning::read(source, &target, &clauses)?;
    Ok(Some(TableWrite {
        table,
        target: source.text(target.name.span.clone()).to_owned(),
        alias: target.alias.map(|alias| source.text(alias..alias + 1).to_owned()),
        kind: WriteKind::Update(UpdatePlan {
            set: source.fragment(set),
            assigned: assignments.into_iter().map(assigned).collect(),
            from: Clauses::fragment(source, &clauses.others),
            filter: Clauses::fragment(source, &clauses.filter),
            order_limit: Clauses::fragment(source, &clauses.order_limit),
            volatile: clauses.is_volatile(source),
        }),
        returning,
    }))
}

/// Each assigned column with what is assigned to it.
fn assignments(source: &Source<'_>, set: Span) -> Result<Vec<(String, Span)>, Stop> {
    let mut all = Vec::new();
    for part in source.split(set) {
        let equals = source.outside(part.clone()).find(|at| source.is_token(*at, &Token::Eq));
        let equals = equals.ok_or(Stop::Unreadable)?;
        let (left, value) = (part.start..equals, equals + 1..part.end);
        if value.is_empty() {
            return Err(Stop::Unreadable);
        }
        match source.close(left.start).filter(|close| close + 1 == left.end) {
            Some(close) => tuple(source, left.start + 1..close, value, &mut all)?,
            None => all.push((column(source, left)?, value)),
        }
    }
    Ok(all)
}

/// `(a, b) = (1, 2)`, or `= ROW (1, 2)`, or `= (SELECT 1, 2)`.
fn tuple(
    source: &Source<'_>,
    left: Span,
    value: Span,
    all: &mut Vec<(String, Span)>,
) -> Result<(), Stop> {
    let columns = source.split(left);
    let open = value.start + usize::from(source.is(value.start, "ROW"));
    let values = match source.close(open).filter(|close| close + 1 == value.end) {
        Some(_) if source.is_any(open + 1, &["SELECT", "WITH", "VALUES"]) => Vec::new(),
        Some(close) => source.split(open + 1..close),
        None => Vec::new(),
    };
    for (n, name) in columns.iter().enumerate() {
        let own = values.get(n).filter(|_| values.len() == columns.len());
        all.push((column(source, name.clone())?, own.unwrap_or(&value).clone()));
    }
    Ok(())
}

/// The column that an assignment's left side names.
fn column(source: &Source<'_>, left: Span) -> Result<String, Stop> {
    let at = match source.backend {
        // What follows the name are fields and elements of the column's value.
        DbBackend::Postgres => Some(left.start),
        // What stands before it are schema and table.
        _ => left.end.checked_sub(1),
    };
    at.and_then(|at| identifier(source, at)).ok_or(Stop::Unreadable)
}
