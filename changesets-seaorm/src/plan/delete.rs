//! `DELETE`.

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    DeletePlan, TableWrite, WriteKind, check,
    clauses::Clauses,
    multi,
    returning,
    source::Span,
    statement::{Planner, Stop},
    target::{Name, Target},
};

/// Reads the `DELETE` at `span`; nothing if its table is not tracked.
pub(super) fn read(planner: &Planner<'_>, span: Span) -> Result<Option<TableWrite>, Stop> {
    let source = planner.source;
    let mysql = source.backend == DbBackend::MySql;
    let mut at = span.start + 1;
    while mysql && source.is_any(at, &["LOW_PRIORITY", "QUICK", "IGNORE"]) {
        at += 1;
    }
    if !source.is(at, "FROM") {
        // `DELETE a FROM a JOIN b`
        let from = source.find(at..span.end, "FROM").filter(|_| mysql).ok_or(Stop::Unreadable)?;
        let clauses = Clauses::read(source, from + 1..span.end, "USING")?;
        multi::delete(planner, at..from, from + 1..clauses.begin)?;
        return Ok(None);
    }
    at += 1;
    if source.backend == DbBackend::Postgres && source.is(at, "ONLY") {
        let name = at + 1 + usize::from(source.is_token(at + 1, &Token::LParen));
        let name = Name::read(source, name).ok_or(Stop::Unreadable)?;
        planner.refuse(&name, "DELETE FROM ONLY", "it leaves out tables that inherit from it")?;
        return Ok(None);
    }
    let clauses = Clauses::read(source, at..span.end, "USING")?;
    if let Some(using) = clauses.others.clone().filter(|_| mysql) {
        multi::delete(planner, at..clauses.begin, using)?;
        return Ok(None);
    }
    let Some(target) = Target::read(source, at..clauses.begin) else {
        multi::delete(planner, at..clauses.begin, at..clauses.begin)?;
        return Ok(None);
    };
    let Some(table) = planner.tracked(&target.name)? else {
        return Ok(None);
    };
    check::delete(source, &target, &clauses).ok_or(Stop::Unreadable)?;
    let returning = returning::read(source, &target, &clauses)?;
    Ok(Some(TableWrite {
        table,
        target: source.text(target.name.span.clone()).to_owned(),
        alias: target.alias.map(|alias| source.text(alias..alias + 1).to_owned()),
        kind: WriteKind::Delete(DeletePlan {
            using: Clauses::fragment(source, &clauses.others),
            filter: Clauses::fragment(source, &clauses.filter),
            order_limit: Clauses::fragment(source, &clauses.order_limit),
            volatile: clauses.is_volatile(source),
        }),
        returning,
    }))
}
