//! Several statements in one text.

use sqlparser::tokenizer::Token;

use super::{
    Lookup, Plan, Refusal, ScriptPart,
    source::{Source, Span},
    statement,
};

/// Plans everything in `source`.
pub(super) fn plan(source: &Source<'_>, tables: &Lookup<'_>) -> Plan {
    let spans = split(source);
    if let [] | [_] = spans.as_slice() {
        return spans.into_iter().next().map_or(Plan::Pass, |one| statement::plan(source, one, tables));
    }
    let plans: Vec<Plan> =
        spans.iter().map(|span| statement::plan(source, span.clone(), tables)).collect();
    if plans.iter().all(|plan| matches!(plan, Plan::Pass)) {
        return Plan::Pass;
    }
    if plans.iter().all(|plan| matches!(plan, Plan::Pass | Plan::Schema)) {
        return Plan::Schema;
    }
    let parameters = source.lexemes(source.span()).iter().any(|lexeme| lexeme.param.is_some());
    if parameters || source.named_params {
        return match refused(source, &spans, &plans, tables) {
            Some(refusal) => Plan::Refuse(refusal),
            None => Plan::Pass,
        };
    }
    let part = |span: Span| ScriptPart { sql: source.whole_text(span).to_owned() };
    Plan::Script(spans.into_iter().map(part).collect())
}

/// Each statement runs on its own, and would need its own share of the values.
fn refused(
    source: &Source<'_>,
    spans: &[Span],
    plans: &[Plan],
    tables: &Lookup<'_>,
) -> Option<Refusal> {
    let writes = |plan: &Plan| matches!(plan, Plan::Write(_) | Plan::Refuse(_));
    let at = plans.iter().position(writes)?;
    let table = match plans.get(at) {
        Some(Plan::Refuse(refusal)) => refusal.table.clone(),
        _ => statement::names_tracked(source, spans.get(at)?.clone(), tables)?,
    };
    Some(Refusal {
        table,
        kind: "a script with parameters",
        why: "several statements share the values; run them one by one".to_owned(),
    })
}

/// The statements of a text, without the semicolons between them.
fn split(source: &Source<'_>) -> Vec<Span> {
    let end = source.span().end;
    let mut spans = Vec::new();
    let mut from = 0;
    while from < end {
        let to = end_of(source, from, end);
        if to > from {
            spans.push(from..to);
        }
        from = to + 1;
    }
    spans
}

/// Where the statement that begins at `from` ends.
fn end_of(source: &Source<'_>, from: usize, end: usize) -> usize {
    let stored = source.is(from, "CREATE") && is_stored_code(source, from..end);
    let mut depth = 0_usize;
    for at in source.outside(from..end) {
        if source.is_token(at, &Token::SemiColon) && depth == 0 {
            return at;
        }
        if !stored {
            continue;
        }
        if source.is_any(at, &["BEGIN", "CASE"]) && !(at > from && source.is(at - 1, "END")) {
            depth += 1;
        }
        // `END IF`, `END LOOP` and their like close what is not counted.
        let other = source.is_any(at + 1, &["IF", "LOOP", "WHILE", "REPEAT", "FOR"]);
        if source.is(at, "END") && !other {
            depth = depth.saturating_sub(1);
        }
    }
    end
}

/// Whether a `CREATE` makes something with statements, and semicolons, of its own.
fn is_stored_code(source: &Source<'_>, span: Span) -> bool {
    // `CREATE OR REPLACE DEFINER = user@host TEMPORARY TRIGGER`
    let mut words = span.take(12).take_while(|at| !source.is_any(*at, &["TABLE", "VIEW", "INDEX"]));
    words.any(|at| source.is_any(at, &["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE"]))
}
