//! Statements that are no `INSERT`, `UPDATE` or `DELETE`.

use sqlparser::tokenizer::Token;

use super::{
    Plan, Refusal, TableUse,
    source::{Source, Span},
    statement::{Planner, Stop, names_tracked, writes},
    target::Name,
};

/// `EXPLAIN ANALYZE`, and MariaDB's `ANALYZE`, run the statement they explain.
pub(super) fn explain(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    let runs = span.clone().any(|at| source.is_any(at, &["ANALYZE", "ANALYSE"]));
    if !runs || !writes(source, span.clone()) {
        return Ok(Plan::Pass);
    }
    match names_tracked(source, span, planner.tables) {
        Some(table) => Err(Refusal {
            table,
            kind: "EXPLAIN ANALYZE",
            why: "it runs the write that it explains; use EXPLAIN alone".to_owned(),
        }
        .into()),
        None => Ok(Plan::Pass),
    }
}

pub(super) fn merge(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    let into = span.start + 1;
    let at = into + usize::from(source.is(into, "INTO"));
    let at = at + usize::from(source.is(at, "ONLY"));
    let name = Name::read(source, at).ok_or(Stop::Unreadable)?;
    let why = "it does not tell which rows it inserts, updates and deletes; use a statement for each";
    planner.refuse(&name, "MERGE", why)?;
    Ok(Plan::Pass)
}

pub(super) fn copy(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    // `COPY (query) TO`, where the query may be a `DELETE … RETURNING`.
    let Some(name) = Name::read(source, span.start + 1) else {
        return Err(Stop::Unreadable);
    };
    if source.find(span, "FROM").is_some() {
        planner.refuse(&name, "COPY", "its rows come beside the statement; use INSERT")?;
    }
    Ok(Plan::Pass)
}

pub(super) fn truncate(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    let table = span.start + 1;
    let begin = table + usize::from(source.is(table, "TABLE"));
    let mut names = Vec::new();
    for part in source.split(begin..span.end) {
        let at = part.start + usize::from(source.is(part.start, "ONLY"));
        names.push(Name::read(source, at).ok_or(Stop::Unreadable)?);
    }
    for name in &names {
        planner.refuse(name, "TRUNCATE", "it does not tell which rows it deletes; use DELETE")?;
    }
    // Which tables those are, only the database knows.
    match names.first().filter(|_| source.find(span, "CASCADE").is_some()) {
        Some(name) => Err(name
            .refusal("TRUNCATE … CASCADE", "it may empty tracked tables that refer to it; name each table")
            .into()),
        None => Ok(Plan::Pass),
    }
}

/// `LOAD DATA … INTO TABLE`; what else is loaded are libraries and caches.
pub(super) fn load(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    if !source.is_any(span.start + 1, &["DATA", "XML"]) {
        return Ok(Plan::Pass);
    }
    let table = span.clone().find(|at| source.is(*at, "INTO") && source.is(at + 1, "TABLE"));
    let name = table.and_then(|at| Name::read(source, at + 2)).ok_or(Stop::Unreadable)?;
    planner.refuse(&name, "LOAD DATA", "its rows come from a file; use INSERT")?;
    Ok(Plan::Pass)
}

/// `CREATE`, `ALTER`, `DROP` and their like.
///
/// Rows that go with a dropped table or column are not recorded: the table is not there any more,
/// or another one.
pub(super) fn schema(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    let at = span.start;
    if source.is(at, "ALTER") && source.is(at + 1, "TABLE") {
        let moves = span.clone().any(|at| {
            source.is_any(at, &["TRUNCATE", "EXCHANGE", "DISCARD"])
                && source.is_any(at + 1, &["PARTITION", "TABLESPACE"])
        });
        let name = (at + 2..span.end).find_map(|at| Name::read(source, at).filter(|name| tracked(planner, name)));
        if let Some(name) = name.filter(|_| moves) {
            planner.refuse(&name, "ALTER TABLE … PARTITION", "it takes rows away unseen; use DELETE")?;
        }
    }
    // `CREATE TABLE … AS WITH x AS (DELETE … RETURNING *) SELECT …`
    let with = span.clone().find(|at| source.is(*at, "AS") && source.is(at + 1, "WITH"));
    if let Some(with) = with.filter(|_| source.is(at, "CREATE")) {
        let query = with + 1..span.end;
        if let Some(table) = names_tracked(source, query.clone(), planner.tables) {
            let why = "the query that fills the new table writes another one; run that on its own";
            if writes(source, query) {
                return Err(Refusal { table, kind: "CREATE TABLE … AS", why: why.to_owned() }.into());
            }
        }
    }
    Ok(Plan::Schema)
}

fn tracked(planner: &Planner<'_>, name: &Name) -> bool {
    name.table_use(planner.tables) != TableUse::Other
}

/// `PRAGMA foreign_keys = ON` and its like change what a write does.
pub(super) fn pragma(source: &Source<'_>, span: Span) -> Plan {
    let sets = source.outside(span.clone()).any(|at| source.is_token(at, &Token::Eq));
    let keys = span
        .into_iter()
        .any(|at| source.is(at, "foreign_keys") && source.is_token(at + 1, &Token::LParen));
    if sets || keys { Plan::Schema } else { Plan::Pass }
}
