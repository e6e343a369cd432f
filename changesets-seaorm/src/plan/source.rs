//! A text as lexemes, each with its place.

use std::ops::Range;

use sea_orm::DbBackend;
use sqlparser::{
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    tokenizer::{Location, Token, Tokenizer, Word},
};

use super::{Fragment, params, shorten::Cut};

/// Positions of lexemes.
pub(super) type Span = Range<usize>;

/// One token that is neither space nor comment, and where it stands.
#[derive(Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    /// Bytes in the text.
    start: usize,
    end: usize,
    /// The caller's parameter that it is the placeholder of.
    pub(super) param: Option<usize>,
    /// For an opening parenthesis or bracket the position of the closing one.
    close: Option<usize>,
}

impl Lexeme {
    /// Where it begins, in bytes of the text.
    pub(super) fn start(&self) -> usize {
        self.start
    }
}

/// A text taken apart.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) backend: DbBackend,
    text: &'a str,
    /// The whole text and what was left out of it, if `text` is not the whole.
    whole: Option<(&'a str, Cut)>,
    lexemes: Vec<Lexeme>,
    /// Whether it has parameters by name, whose values have no position.
    pub(super) named_params: bool,
}

/// The dialect that reads `backend`'s SQL.
pub(super) fn dialect(backend: DbBackend) -> &'static dyn Dialect {
    match backend {
        DbBackend::MySql => &MySqlDialect {},
        DbBackend::Postgres => &PostgreSqlDialect {},
        _ => &SQLiteDialect {},
    }
}

impl<'a> Source<'a> {
    /// Reads `text`; nothing if it is not made of SQL tokens.
    pub(super) fn new(
        backend: DbBackend,
        text: &'a str,
        whole: Option<(&'a str, Cut)>,
    ) -> Option<Self> {
        // MySQL runs what stands in such comments, depending on its version.
        if backend == DbBackend::MySql && (text.contains("/*!") || text.contains("/*M!")) {
            return None;
        }
        let tokens = Tokenizer::new(dialect(backend), text).tokenize_with_location().ok()?;
        let mut places = Places::new(text);
        let mut lexemes: Vec<Lexeme> = Vec::with_capacity(tokens.len() / 2);
        for token in tokens {
            if matches!(token.token, Token::Whitespace(_) | Token::EOF) {
                continue;
            }
            let start = places.byte(token.span.start)?;
            let end = places.byte(token.span.end)?;
            if start >= end {
                return None;
            }
            lexemes.push(Lexeme { token: token.token, start, end, param: None, close: None });
        }
        pair(&mut lexemes)?;
        let mut source = Self { backend, text, whole, lexemes, named_params: false };
        let cut = source.whole.map(|(_, cut)| cut);
        source.named_params = params::number(backend, &mut source.lexemes, cut);
        Some(source)
    }

    /// All lexemes.
    pub(super) fn span(&self) -> Span {
        0..self.lexemes.len()
    }

    /// Whether value rows were left out of it.
    pub(super) fn is_shortened(&self) -> bool {
        self.whole.is_some()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.lexemes.get(at).map(|lexeme| &lexeme.token)
    }

    pub(super) fn lexemes(&self, span: Span) -> &[Lexeme] {
        self.lexemes.get(span).unwrap_or(&[])
    }

    /// The unquoted word at `at`.
    pub(super) fn word(&self, at: usize) -> Option<&Word> {
        match self.get(at) {
            Some(Token::Word(word)) if word.quote_style.is_none() => Some(word),
            _ => None,
        }
    }

    /// Whether the unquoted word `word` stands at `at`.
    pub(super) fn is(&self, at: usize, word: &str) -> bool {
        self.word(at).is_some_and(|found| found.value.eq_ignore_ascii_case(word))
    }

    /// Whether one of the unquoted `words` stands at `at`.
    pub(super) fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    /// Whether `token` stands at `at`.
    pub(super) fn is_token(&self, at: usize, token: &Token) -> bool {
        self.get(at) == Some(token)
    }

    /// The position after the lexeme at `at`, or after the parenthesis that opens there.
    pub(super) fn after(&self, at: usize) -> usize {
        self.close(at).unwrap_or(at) + 1
    }

    /// The position of the parenthesis that closes the one at `at`.
    pub(super) fn close(&self, at: usize) -> Option<usize> {
        self.lexemes.get(at).and_then(|lexeme| lexeme.close)
    }

    /// Positions in `span` outside parentheses; an opening one stands for all it contains.
    pub(super) fn outside(&self, span: Span) -> impl Iterator<Item = usize> + '_ {
        let first = (span.start < span.end).then_some(span.start);
        std::iter::successors(first, move |at| {
            let next = self.after(*at);
            (next < span.end).then_some(next)
        })
    }

    /// The first keyword `word` in `span` outside parentheses that begins a clause.
    pub(super) fn find(&self, span: Span, word: &str) -> Option<usize> {
        let begin = span.start;
        self.outside(span).find(|at| {
            let qualified = self.is_token(at + 1, &Token::Period)
                || (*at > begin && self.is_token(at - 1, &Token::Period));
            // `a IS DISTINCT FROM b`
            let distinct = *at > begin && self.is(at - 1, "DISTINCT");
            self.is(*at, word) && !qualified && !distinct
        })
    }

    /// The parts of `span` between commas.
    pub(super) fn split(&self, span: Span) -> Vec<Span> {
        let mut parts = Vec::new();
        let mut from = span.start;
        for at in self.outside(span.clone()) {
            if self.is_token(at, &Token::Comma) {
                parts.push(from..at);
                from = at + 1;
            }
        }
        parts.push(from..span.end);
        parts
    }

    /// The text of `span`, with the comments inside it but not those around it.
    pub(super) fn text(&self, span: Span) -> &'a str {
        let lexemes = self.lexemes(span);
        match (lexemes.first(), lexemes.last()) {
            (Some(first), Some(last)) => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// The text of `span`, with all value rows.
    pub(super) fn whole_text(&self, span: Span) -> &'a str {
        let Some((whole, cut)) = self.whole else {
            return self.text(span);
        };
        let lexemes = self.lexemes(span);
        match (lexemes.first(), lexemes.last()) {
            (Some(first), Some(last)) => {
                whole.get(cut.undo_start(first.start)..cut.undo_end(last.end)).unwrap_or("")
            }
            _ => "",
        }
    }

    /// The length of the text from the first lexeme of `span` to its last, with all value rows.
    pub(super) fn whole_len(&self, span: Span) -> usize {
        self.whole_text(span).len()
    }

    /// `span` with its placeholders.
    pub(super) fn fragment(&self, span: Span) -> Fragment {
        let lexemes = self.lexemes(span);
        let mut fragment = Fragment::default();
        let (Some(first), Some(last)) = (lexemes.first(), lexemes.last()) else {
            return fragment;
        };
        let mut from = first.start;
        for lexeme in lexemes {
            if let Some(param) = lexeme.param {
                fragment.push(&self.text[from..lexeme.start]);
                fragment.push_param(param);
                from = lexeme.end;
            }
        }
        fragment.push(&self.text[from..last.end]);
        fragment
    }

    /// Whether `left` and `right` stand next to each other without space.
    pub(super) fn touch(left: &Lexeme, right: &Lexeme) -> bool {
        left.end == right.start
    }
}

/// Tells each opening parenthesis where it closes.
fn pair(lexemes: &mut [Lexeme]) -> Option<()> {
    let mut open = Vec::new();
    for at in 0..lexemes.len() {
        match lexemes[at].token {
            Token::LParen | Token::LBracket | Token::LBrace => open.push(at),
            Token::RParen | Token::RBracket | Token::RBrace => {
                let opened = open.pop()?;
                lexemes[opened].close = Some(at);
            }
            _ => {}
        }
    }
    open.is_empty().then_some(())
}

/// Turns lines and columns, which only ever rise, into bytes.
struct Places<'a> {
    rest: std::str::Chars<'a>,
    at: Location,
    byte: usize,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars(), at: Location::new(1, 1), byte: 0 }
    }

    fn byte(&mut self, place: Location) -> Option<usize> {
        while self.at < place {
            let next = self.rest.next()?;
            self.byte += next.len_utf8();
            if next == '\n' {
                self.at = Location::new(self.at.line + 1, 1);
            } else {
                self.at.column += 1;
            }
        }
        (self.at == place).then_some(self.byte)
    }
}
