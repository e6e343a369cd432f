//! Words that the database knows and the parser does not, put into words it knows.
//!
//! What is left out changes nothing about which rows are meant, and the database gets the caller's
//! own text; but such a statement must not be printed from its tree.

use sea_orm::DbBackend;
use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan, Word},
};

/// The tokens to parse.
pub(super) struct Adapted {
    pub(super) tokens: Vec<TokenWithSpan>,
    /// Something of an `INSERT` was left out.
    pub(super) shortened: bool,
}

pub(super) fn adapt(backend: DbBackend, tokens: &[TokenWithSpan]) -> Adapted {
    let mut kept: Vec<TokenWithSpan> = tokens
        .iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .cloned()
        .collect();
    let before = kept.len();
    if backend != DbBackend::MySql {
        drop_conflict_target(&mut kept);
    }
    if backend == DbBackend::Postgres {
        drop_overriding(&mut kept);
    }
    let shortened = kept.len() < before;
    match backend {
        DbBackend::MySql => drop_modifiers(&mut kept),
        DbBackend::Sqlite => spell_out_is(&mut kept),
        _ => {}
    }
    Adapted {
        tokens: kept,
        shortened,
    }
}

/// Whether a token is this word, unquoted.
fn is(token: Option<&TokenWithSpan>, text: &str) -> bool {
    matches!(token.map(|token| &token.token), Some(Token::Word(word))
        if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}

/// `UPDATE LOW_PRIORITY IGNORE t`: the parser takes the modifiers for the table.
fn drop_modifiers(tokens: &mut Vec<TokenWithSpan>) {
    if !is(tokens.first(), "update") && !is(tokens.first(), "delete") {
        return;
    }
    let modifier = |token: &&TokenWithSpan| {
        let modifiers = ["low_priority", "quick", "ignore"];
        modifiers.into_iter().any(|word| is(Some(token), word))
    };
    let count = tokens.iter().skip(1).take_while(modifier).count();
    tokens.drain(1..=count);
}

/// `ON CONFLICT (lower(name)) WHERE active DO …`: of a conflict target the parser knows only names.
fn drop_conflict_target(tokens: &mut Vec<TokenWithSpan>) {
    let Some(on) = tokens
        .windows(2)
        .position(|pair| is(pair.first(), "on") && is(pair.last(), "conflict"))
    else {
        return;
    };
    let start = on + 2;
    let mut depth = 0_usize;
    let mut simple = true;
    for at in start..tokens.len() {
        match &tokens[at].token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Comma => {}
            Token::Word(_) if depth == 0 && is(tokens.get(at), "do") => {
                if !simple {
                    tokens.drain(start..at);
                }
                return;
            }
            Token::Word(_) if depth == 1 => {}
            Token::Word(_) if is(tokens.get(start), "on") => {}
            _ => simple = false,
        }
        // `(name COLLATE "C")`, `(name text_pattern_ops)`, `((a))`
        let word = |at: usize| matches!(tokens.get(at).map(|t| &t.token), Some(Token::Word(_)));
        simple &= depth < 2 && !(depth == 1 && word(at) && word(at + 1));
    }
}

/// `OVERRIDING SYSTEM VALUE`, which PostgreSQL wants for numbers it would make itself.
fn drop_overriding(tokens: &mut Vec<TokenWithSpan>) {
    let found = tokens.windows(3).position(|three| {
        is(three.first(), "overriding")
            && (is(three.get(1), "system") || is(three.get(1), "user"))
            && is(three.last(), "value")
    });
    if let Some(at) = found {
        tokens.drain(at..at + 3);
    }
}

/// SQLite's `a IS b` compares any two values (<https://www.sqlite.org/lang_expr.html#isisnot>), as
/// `IS NOT DISTINCT FROM` does in SQLite, too.
fn spell_out_is(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        let found = is(tokens.get(at), "is");
        at += 1;
        if !found {
            continue;
        }
        let not = is(tokens.get(at), "not");
        let value = tokens.get(at + usize::from(not));
        let known = ["null", "true", "false", "distinct", "not"];
        if known.into_iter().any(|word| is(value, word)) {
            continue;
        }
        let words: &[Keyword] = match not {
            true => &[Keyword::DISTINCT, Keyword::FROM],
            false => &[Keyword::NOT, Keyword::DISTINCT, Keyword::FROM],
        };
        let span = tokens[at - 1].span;
        let words = words.iter().map(|keyword| TokenWithSpan {
            token: Token::Word(Word {
                value: format!("{keyword:?}"),
                quote_style: None,
                keyword: *keyword,
            }),
            span,
        });
        tokens.splice(at..at + usize::from(not), words);
    }
}
