//! Several statements in one text.

use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// The statements of `sql`, each as written; nothing for empty ones.
///
/// The body of a trigger or procedure is part of its `CREATE`, semicolons and all.
pub(super) fn parts<'s>(sql: &'s str, tokens: &[TokenWithSpan]) -> Vec<&'s str> {
    let mut parts = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    let mut last_word = "";
    let (mut start, mut end) = (None, 0);
    let mut offsets = Offsets::new(sql);
    for token in tokens {
        match &token.token {
            Token::Whitespace(_) | Token::EOF => continue,
            Token::SemiColon if !in_body(&words, last_word) => {
                if let Some(start) = start.take() {
                    parts.push(&sql[start..end]);
                }
                words.clear();
            }
            other => {
                let from = offsets.of(token.span.start);
                start.get_or_insert(from);
                end = offsets.of(token.span.end);
                last_word = match other {
                    Token::Word(word) => &word.value,
                    _ => "",
                };
                if words.len() < 4 {
                    words.push(last_word);
                }
            }
        }
    }
    if let Some(start) = start {
        parts.push(&sql[start..end]);
    }
    parts
}

/// Whether a semicolon after `last` belongs to the body of what `words` create.
fn in_body(words: &[&str], last: &str) -> bool {
    let is = |word: &str, what: &str| word.eq_ignore_ascii_case(what);
    let creates = words.first().is_some_and(|word| is(word, "create"));
    let body = ["trigger", "procedure", "function", "event"];
    creates
        && words
            .iter()
            .any(|word| body.iter().any(|what| is(word, what)))
        && !is(last, "end")
}

/// How many bytes of `sql` follow its last statement token.
pub(super) fn trailing(sql: &str, tokens: &[TokenWithSpan]) -> usize {
    let last = tokens.iter().rev().find(|token| {
        !matches!(
            token.token,
            Token::Whitespace(_) | Token::EOF | Token::SemiColon
        )
    });
    last.map_or(0, |token| sql.len() - Offsets::new(sql).of(token.span.end))
}

/// Where the last `RETURNING` outside parentheses begins.
pub(super) fn returning_at(sql: &str, tokens: &[TokenWithSpan]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut found = None;
    for token in tokens {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Word(word)
                if depth == 0
                    && word.quote_style.is_none()
                    && word.value.eq_ignore_ascii_case("returning") =>
            {
                found = Some(token.span.start);
            }
            _ => {}
        }
    }
    found.map(|at| Offsets::new(sql).of(at))
}

/// Turns the lines and columns of tokens into byte offsets, going forward once.
struct Offsets<'s> {
    rest: std::str::CharIndices<'s>,
    length: usize,
    line: u64,
    column: u64,
    offset: usize,
}

impl<'s> Offsets<'s> {
    fn new(sql: &'s str) -> Self {
        Self {
            rest: sql.char_indices(),
            length: sql.len(),
            line: 1,
            column: 1,
            offset: 0,
        }
    }

    fn of(&mut self, at: Location) -> usize {
        while (self.line, self.column) < (at.line, at.column) {
            let Some((index, character)) = self.rest.next() else {
                self.offset = self.length;
                break;
            };
            self.offset = index + character.len_utf8();
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset
    }
}
