//! The second opinion: `sqlparser`'s parser must read a write as we did.
//!
//! It reads each statement put together from the parts that were found, without those it does not
//! know in every dialect (`ON CONFLICT … WHERE`, `RETURNING` after `LIMIT`), which are read apart.

use sqlparser::{
    ast::{
        AssignmentTarget, Expr, FromTable, Ident, ObjectName, SelectItem, Statement, TableFactor,
        TableObject, TableWithJoins,
    },
    parser::{Parser, ParserError},
    tokenizer::Token,
};

use super::{
    clauses::Clauses,
    source::{Source, Span, dialect},
    target::Target,
};

/// Longer parts are not read again. A condition of thousands of `OR`s becomes a tree so deep that
/// dropping it may overflow the stack of a small thread.
const LONGEST: usize = 4_000;

/// How deep expressions may nest.
const DEEPEST: usize = 128;

/// Checks an `INSERT` up to its `ON CONFLICT` or `RETURNING`.
pub(super) fn insert(
    source: &Source<'_>,
    span: Span,
    target: &Target,
    columns: &[String],
) -> Option<()> {
    if span.len() > LONGEST {
        return Some(());
    }
    let mut tokens = Vec::new();
    let mut at = span.start;
    while at < span.end {
        if target.alias == Some(at + 1) {
            at += 2;
        } else if source.is(at, "OVERRIDING") && source.is(at + 2, "VALUE") {
            at += 3;
        } else {
            push(source, at..at + 1, &mut tokens);
            at += 1;
        }
    }
    let Statement::Insert(insert) = parse(source, tokens, Parser::parse_statement)? else {
        return None;
    };
    let TableObject::TableName(name) = &insert.table else {
        return None;
    };
    let counted = insert.columns.len().max(insert.assignments.len());
    (is_target(name, target) && counted == columns.len()).then_some(())
}

/// Checks an `UPDATE`.
pub(super) fn update(
    source: &Source<'_>,
    target: &Target,
    set: &Span,
    assignments: &[(String, Span)],
    clauses: &Clauses,
) -> Option<()> {
    let mut tokens = vec![Token::make_keyword("UPDATE")];
    push_target(source, target, &mut tokens);
    tokens.push(Token::make_keyword("SET"));
    push(source, set.clone(), &mut tokens);
    let filter = push_clauses(source, "FROM", clauses, &mut tokens);
    if tokens.len() > LONGEST {
        return Some(());
    }
    let Statement::Update(update) = parse(source, tokens, Parser::parse_statement)? else {
        return None;
    };
    let values = update.assignments.iter().flat_map(|assignment| {
        let columns = match &assignment.target {
            AssignmentTarget::ColumnName(_) => 1,
            AssignmentTarget::Tuple(columns) => columns.len(),
        };
        std::iter::repeat_n((&assignment.value, columns), columns)
    });
    let mut pairs = values.clone().zip(assignments);
    let same = pairs.all(|((value, columns), (_, span))| {
        // The values of a tuple are parts of the one that was parsed.
        columns > 1 || expr(source, span.clone()).is_some_and(|own| own == *value)
    });
    let all = values.count() == assignments.len()
        && update.from.is_some() == clauses.others.is_some()
        && is_plain(&update.table, target)
        && same_filter(source, filter, update.selection.as_ref());
    (same && all && is_order_limit(source, clauses)).then_some(())
}

/// Checks a `DELETE`.
pub(super) fn delete(source: &Source<'_>, target: &Target, clauses: &Clauses) -> Option<()> {
    let mut tokens = vec![Token::make_keyword("DELETE"), Token::make_keyword("FROM")];
    push_target(source, target, &mut tokens);
    let filter = push_clauses(source, "USING", clauses, &mut tokens);
    let Statement::Delete(delete) = parse(source, tokens, Parser::parse_statement)? else {
        return None;
    };
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let [table] = from.as_slice() else {
        return None;
    };
    let all = delete.using.is_some() == clauses.others.is_some()
        && is_plain(table, target)
        && same_filter(source, filter, delete.selection.as_ref());
    (all && is_order_limit(source, clauses)).then_some(())
}

/// One item of a `RETURNING` list.
pub(super) fn select_item(source: &Source<'_>, span: Span) -> Option<SelectItem> {
    parse_span(source, span, Parser::parse_select_item)
}

fn expr(source: &Source<'_>, span: Span) -> Option<Expr> {
    parse_span(source, span, Parser::parse_expr)
}

fn parse_span<T>(
    source: &Source<'_>,
    span: Span,
    read: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>,
) -> Option<T> {
    let mut tokens = Vec::new();
    push(source, span, &mut tokens);
    parse(source, tokens, read)
}

/// Reads all of `tokens`.
fn parse<T>(
    source: &Source<'_>,
    tokens: Vec<Token>,
    read: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>,
) -> Option<T> {
    let parser = Parser::new(dialect(source.backend)).with_recursion_limit(DEEPEST);
    let mut parser = parser.with_tokens(tokens);
    let result = read(&mut parser).ok()?;
    (parser.peek_token().token == Token::EOF).then_some(result)
}

fn push(source: &Source<'_>, span: Span, tokens: &mut Vec<Token>) {
    tokens.extend(source.lexemes(span).iter().map(|lexeme| lexeme.token.clone()));
}

fn push_target(source: &Source<'_>, target: &Target, tokens: &mut Vec<Token>) {
    push(source, target.name.span.clone(), tokens);
    if let Some(alias) = target.alias {
        tokens.push(Token::make_keyword("AS"));
        push(source, alias..alias + 1, tokens);
    }
}

/// Appends further tables and condition; gives the condition back if it is short enough to check.
fn push_clauses(
    source: &Source<'_>,
    others: &str,
    clauses: &Clauses,
    tokens: &mut Vec<Token>,
) -> Option<Span> {
    if let Some(span) = &clauses.others {
        tokens.push(Token::make_keyword(others));
        push(source, span.clone(), tokens);
    }
    let filter = clauses.filter.clone().filter(|span| span.len() <= LONGEST)?;
    tokens.push(Token::make_keyword("WHERE"));
    push(source, filter.clone(), tokens);
    Some(filter)
}

fn same_filter(source: &Source<'_>, own: Option<Span>, parsed: Option<&Expr>) -> bool {
    match (own, parsed) {
        (Some(own), Some(parsed)) => expr(source, own).is_some_and(|own| own == *parsed),
        (None, None) => true,
        _ => false,
    }
}

fn is_order_limit(source: &Source<'_>, clauses: &Clauses) -> bool {
    let Some(span) = clauses.order_limit.clone() else {
        return true;
    };
    let mut tokens = vec![Token::make_keyword("SELECT"), Token::Number("1".to_owned(), false)];
    push(source, span, &mut tokens);
    parse(source, tokens, Parser::parse_query).is_some()
}

/// Whether `table` is the target and nothing else.
fn is_plain(table: &TableWithJoins, target: &Target) -> bool {
    let TableFactor::Table { name, alias, args: None, .. } = &table.relation else {
        return false;
    };
    let aliased = alias.is_some() == target.alias.is_some();
    table.joins.is_empty() && aliased && is_target(name, target)
}

fn is_target(name: &ObjectName, target: &Target) -> bool {
    let last = name.0.last().and_then(|part| part.as_ident());
    // Its case is folded, or not, by then.
    last.is_some_and(|ident: &Ident| ident.value.to_lowercase() == target.name.table.to_lowercase())
}
