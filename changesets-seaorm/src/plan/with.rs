//! A write with its `WITH` list.

use std::sync::Arc;

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    Cte, CteBody, Main, Plan, Refusal, TableWrite, Write, delete, insert,
    source::Span,
    statement::{Planner, Stop, names_tracked},
    target::identifier,
    update,
};

/// Plans a statement that begins with `WITH`, or is an `INSERT`, `UPDATE`, `DELETE` or `REPLACE`.
pub(super) fn read(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    let mut ctes = Vec::new();
    let mut recursive = false;
    let mut at = span.start;
    if source.is(at, "WITH") {
        recursive = source.is(at + 1, "RECURSIVE");
        at += usize::from(recursive);
        loop {
            let (cte, end) = cte(planner, at + 1)?;
            ctes.push(cte);
            at = end;
            if !source.is_token(at, &Token::Comma) {
                break;
            }
        }
    }
    let main = main(planner, at..span.end, ctes.is_empty())?;
    let writes = |cte: &Cte| matches!(cte.body, CteBody::Write(_));
    if !matches!(main, Main::Write(_)) && !ctes.iter().any(writes) {
        let query = matches!(main, Main::Query(_));
        let makes = query && source.find(at..span.end, "INTO").is_some();
        return Ok(if makes { Plan::Schema } else { Plan::Pass });
    }
    if source.named_params {
        let table = names_tracked(source, span, planner.tables).unwrap_or_default();
        let why = "its parameters have names; number them, as in `?1`".to_owned();
        return Err(Refusal { table, kind: "a statement with named parameters", why }.into());
    }
    let text = source.whole_text(span).to_owned();
    Ok(Plan::Write(Arc::new(Write { ctes, recursive, main, text })))
}

/// The entry of a `WITH` list at `at`, and the position after it.
fn cte(planner: &Planner<'_>, at: usize) -> Result<(Cte, usize), Stop> {
    let source = planner.source;
    identifier(source, at).ok_or(Stop::Unreadable)?;
    let mut open = at + 1;
    if source.is_token(open, &Token::LParen) {
        open = source.after(open);
    }
    if !source.is(open, "AS") {
        return Err(Stop::Unreadable);
    }
    open += 1;
    open += usize::from(source.is(open, "NOT"));
    open += usize::from(source.is(open, "MATERIALIZED"));
    let close = source.close(open).filter(|_| source.is_token(open, &Token::LParen));
    let close = close.ok_or(Stop::Unreadable)?;
    let body = open + 1..close;
    let body = match part(planner, body.clone(), false)? {
        Part::Query => CteBody::Query(source.fragment(body)),
        Part::Other => CteBody::OtherWrite(source.fragment(body)),
        Part::Write(write) => CteBody::Write(Box::new(write)),
    };
    Ok((Cte { head: source.text(at..open).to_owned(), body }, close + 1))
}

fn main(planner: &Planner<'_>, span: Span, alone: bool) -> Result<Main, Stop> {
    let source = planner.source;
    Ok(match part(planner, span.clone(), alone)? {
        Part::Query => Main::Query(source.fragment(span)),
        Part::Other => Main::Other(source.fragment(span)),
        Part::Write(write) => Main::Write(write),
    })
}

enum Part {
    Query,
    /// It writes what is not tracked.
    Other,
    Write(TableWrite),
}

fn part(planner: &Planner<'_>, span: Span, alone: bool) -> Result<Part, Stop> {
    let source = planner.source;
    let at = span.start;
    let write = if source.is_any(at, &["INSERT", "REPLACE"]) {
        insert::read(planner, span.clone(), alone)?
    } else if source.is(at, "UPDATE") {
        update::read(planner, span.clone())?
    } else if source.is(at, "DELETE") {
        delete::read(planner, span.clone())?
    } else if source.is(at, "MERGE") {
        super::other::merge(planner, span.clone())?;
        None
    } else if source.is_any(at, &["SELECT", "VALUES", "TABLE", "WITH"])
        || source.is_token(at, &Token::LParen)
    {
        if hides_write(planner, span) {
            return Err(Stop::Unreadable);
        }
        return Ok(Part::Query);
    } else {
        return Err(Stop::Unreadable);
    };
    if hides_write(planner, at + 1..span.end) {
        return Err(Stop::Unreadable);
    }
    Ok(write.map_or(Part::Other, Part::Write))
}

/// Whether `span` has a write in a `WITH` list of its own. PostgreSQL allows them only at the top.
fn hides_write(planner: &Planner<'_>, span: Span) -> bool {
    let source = planner.source;
    source.backend == DbBackend::Postgres
        && span.into_iter().any(|at| {
            let inside = at > 0
                && (source.is_token(at - 1, &Token::LParen) || source.is_token(at - 1, &Token::RParen));
            let aimed = matches!(source.get(at + 1), Some(Token::Word(_)));
            let write = source.is_any(at, &["INSERT", "UPDATE", "DELETE", "MERGE"]);
            write && inside && aimed
        })
}
