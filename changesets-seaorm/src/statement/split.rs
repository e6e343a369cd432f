//! Several statements in one text.

use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// The statements of `sql`, each as written; nothing for empty ones.
///
/// The body of a trigger or procedure is part of its `CREATE`, semicolons and all.
pub(super) fn parts<'s>(sql: &'s str, tokens: &[TokenWithSpan]) -> Vec<&'s str> {
    let mut parts = Vec::new();
    let mut body = Body::default();
    let (mut start, mut end) = (None, 0);
    let mut offsets = Offsets::new(sql);
    for token in tokens {
        match &token.token {
            Token::Whitespace(_) | Token::EOF => continue,
            Token::SemiColon if !body.is_open() => {
                if let Some(start) = start.take() {
                    parts.push(&sql[start..end]);
                }
                body = Body::default();
            }
            other => {
                let from = offsets.of(token.span.start);
                start.get_or_insert(from);
                end = offsets.of(token.span.end);
                body.token(other);
            }
        }
    }
    if let Some(start) = start {
        parts.push(&sql[start..end]);
    }
    parts
}

/// Follows the `BEGIN … END` of what a `CREATE` creates.
///
/// Only `BEGIN` opens a body: a PostgreSQL function has its own in a string, and a MySQL trigger of
/// one statement has none, so that the next semicolon ends both.
#[derive(Default)]
struct Body {
    kind: Kind,
    depth: usize,
    after_end: bool,
}

#[derive(Default, PartialEq, Eq)]
enum Kind {
    /// No word yet.
    #[default]
    Start,
    /// After `CREATE`, before the word that tells what is created.
    Create,
    /// Something that may have a body.
    Routine,
    Other,
}

impl Body {
    fn is_open(&self) -> bool {
        self.depth > 0
    }

    fn token(&mut self, token: &Token) {
        let word = match token {
            Token::Word(word) if word.quote_style.is_none() => word.value.to_lowercase(),
            _ => String::new(),
        };
        let after_end = std::mem::take(&mut self.after_end);
        match self.kind {
            Kind::Start if word == "create" => self.kind = Kind::Create,
            Kind::Start => self.kind = Kind::Other,
            Kind::Create => match word.as_str() {
                "trigger" | "procedure" | "function" | "event" => self.kind = Kind::Routine,
                "table" | "view" | "index" | "unique" | "schema" | "database" | "type"
                | "sequence" | "virtual" | "materialized" | "extension" => self.kind = Kind::Other,
                // `OR REPLACE`, `TEMP`, `CONSTRAINT`, ``DEFINER = `a`@`b` `` and the like.
                _ => {}
            },
            Kind::Routine => match word.as_str() {
                // The second word of `END CASE`.
                "case" if after_end => {}
                "begin" | "case" => self.depth += 1,
                "end" => {
                    self.depth = self.depth.saturating_sub(1);
                    self.after_end = true;
                }
                // `END IF` closes an `IF`, which was not counted.
                "if" | "loop" | "while" | "repeat" if after_end => self.depth += 1,
                _ => {}
            },
            Kind::Other => {}
        }
    }
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
