//! Marking placeholders, so that a printed piece of a statement still tells its parameters.
//!
//! `?` says nothing of its position once it is taken out of its text. So before parsing, each
//! placeholder is renamed to its position between two control characters that no SQL contains.

use sea_orm::DbBackend;
use sqlparser::{
    dialect::{Dialect, SQLiteDialect},
    tokenizer::{Token, TokenWithSpan, Tokenizer},
};

pub(super) const OPEN: char = '\u{1}';
pub(super) const CLOSE: char = '\u{2}';

/// The tokens of `sql`, with marked placeholders.
///
/// # Errors
///
/// When `sql` cannot be split into tokens, or its placeholders have names.
pub(super) fn tokens(dialect: &dyn Dialect, sql: &str) -> Result<Vec<TokenWithSpan>, ()> {
    if sql.contains([OPEN, CLOSE]) {
        return Err(());
    }
    let mut tokens = Vec::new();
    let mut next = 0;
    let mut named = false;
    let sqlite = dialect.is::<SQLiteDialect>();
    let mark = |mut token: TokenWithSpan| {
        named |= sqlite && is_named(&token.token);
        if let Token::Placeholder(text) = &token.token {
            let digits = text.trim_start_matches(['?', '$']);
            let index = if digits.is_empty() {
                next += 1;
                Some(next)
            } else {
                digits.parse::<usize>().ok().filter(|index| *index > 0)
            };
            match index {
                Some(index) => {
                    // SQLite: `?` is one more than the largest so far.
                    next = next.max(index);
                    token.token = Token::Placeholder(format!("{OPEN}{}{CLOSE}", index - 1));
                }
                None => named = true,
            }
        }
        token
    };
    Tokenizer::new(dialect, sql)
        .tokenize_with_location_into_buf_with_mapper(&mut tokens, mark)
        .map_err(|_| ())?;
    if named { Err(()) } else { Ok(tokens) }
}

/// Whether a token begins `:name`, `@name` or `$name`, which SQLite knows beside `?`.
fn is_named(token: &Token) -> bool {
    match token {
        Token::Colon | Token::AtSign => true,
        Token::Word(word) => word.quote_style.is_none() && word.value.starts_with(['$', '@']),
        _ => false,
    }
}

/// Puts placeholders back in place of marks, to read a printed statement again.
pub(super) fn unmark(text: &str, backend: DbBackend) -> String {
    let mut sql = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        sql.push_str(before);
        let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        match (backend, index.parse::<usize>()) {
            (DbBackend::Postgres, Ok(index)) => sql.push_str(&format!("${}", index + 1)),
            (DbBackend::Sqlite, Ok(index)) => sql.push_str(&format!("?{}", index + 1)),
            _ => sql.push('?'),
        }
        rest = after;
    }
    sql.push_str(rest);
    sql
}
