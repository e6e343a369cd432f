//! Writes whose target is more than one plain table, such as MySQL's `UPDATE a JOIN b`.
//!
//! They pass if it is certain that no tracked table is among those they write.

use sqlparser::tokenizer::Token;

use super::{
    TableUse,
    source::{Source, Span},
    statement::{Planner, Stop},
    target::{Name, identifier, same},
};

const WHY: &str = "it names several tables; name the one whose rows change, and the others in a subquery";

/// `UPDATE tables SET …`.
pub(super) fn update(planner: &Planner<'_>, tables: Span, set: Span) -> Result<(), Stop> {
    let source = planner.source;
    let end = source.find(set.clone(), "WHERE").unwrap_or(set.end);
    let targets = source.split(set.start..end).into_iter().map(|part| {
        let equals = source.outside(part.clone()).find(|at| source.is_token(*at, &Token::Eq))?;
        let table = equals.checked_sub(3).filter(|at| *at >= part.start)?;
        identifier(source, table).filter(|_| source.is_token(table + 1, &Token::Period))
    });
    decide(planner, targets.collect(), tables, "multi-table UPDATE")
}

/// `DELETE targets FROM tables`, `DELETE FROM targets USING tables`.
pub(super) fn delete(planner: &Planner<'_>, targets: Span, tables: Span) -> Result<(), Stop> {
    let source = planner.source;
    let targets = source.split(targets).into_iter().map(|part| {
        let mut at = part.start;
        while source.is_token(at + 1, &Token::Period) && identifier(source, at + 2).is_some() {
            at += 2;
        }
        // `product` and `product.*`
        let rest = part.end.saturating_sub(at + 1);
        let all = source.is_token(at + 1, &Token::Period) && source.is_token(at + 2, &Token::Mul);
        identifier(source, at).filter(|_| rest == 0 || (rest == 2 && all))
    });
    decide(planner, targets.collect(), tables, "multi-table DELETE")
}

/// Refuses unless each of `targets` is surely a table that is not tracked.
fn decide(
    planner: &Planner<'_>,
    targets: Option<Vec<String>>,
    tables: Span,
    kind: &'static str,
) -> Result<(), Stop> {
    let source = planner.source;
    let mut factors = Vec::new();
    collect(source, tables, &mut factors);
    let concern = |name: &&Name| name.table_use(planner.tables) != TableUse::Other;
    let Some(first) = factors.iter().map(|(_, name)| name).find(concern) else {
        return Ok(());
    };
    let Some(targets) = targets else {
        return planner.refuse(first, kind, WHY);
    };
    for target in targets {
        let named = factors.iter().find(|(known, _)| same(source.backend, known, &target));
        let name = named.map_or(first, |(_, name)| name);
        planner.refuse(name, kind, WHY)?;
    }
    Ok(())
}

/// The tables of a join, each under the name that columns are qualified with.
fn collect(source: &Source<'_>, span: Span, factors: &mut Vec<(String, Name)>) {
    for at in source.outside(span.clone()) {
        let first = at == span.start;
        let follows = !first
            && (source.is_token(at - 1, &Token::Comma)
                || source.is_any(at - 1, &["JOIN", "STRAIGHT_JOIN"]));
        if !first && !follows {
            continue;
        }
        if let Some(close) = source.close(at) {
            if !source.is_any(at + 1, &["SELECT", "WITH", "VALUES"]) {
                collect(source, at + 1..close, factors);
            }
            continue;
        }
        let Some(name) = Name::read(source, at) else {
            continue;
        };
        let after = name.span.end;
        let alias = after + usize::from(source.is(after, "AS"));
        let words = ["JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "NATURAL", "STRAIGHT_JOIN", "ON"];
        let more = ["USING", "USE", "FORCE", "IGNORE", "PARTITION", "INDEXED", "NOT", "FOR"];
        let ends = source.is_any(alias, &words) || source.is_any(alias, &more);
        let alias = (alias < span.end && !ends).then(|| identifier(source, alias)).flatten();
        factors.push((alias.unwrap_or_else(|| name.table.clone()), name));
    }
}
