//! Leaving out the rows of a long `INSERT … VALUES`.
//!
//! Parsing 1,000 rows takes milliseconds, and every row but the first tells the plan nothing. So
//! they are skipped by a scan that knows quotes and parentheses and nothing else, and that gives up
//! at anything it is not sure of.

use sea_orm::DbBackend;

use super::source::Lexeme;

/// A text without all but the first of its value rows.
#[derive(Debug)]
pub(super) struct Short {
    pub(super) text: String,
    pub(super) cut: Cut,
}

/// What was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Where, in bytes of the shortened text: after the first row.
    pub(super) at: usize,
    /// How many bytes.
    pub(super) bytes: usize,
    /// How many `?` placeholders.
    pub(super) params: usize,
}

impl Cut {
    /// The number of placeholders left out before `lexeme`.
    pub(super) fn params_before(&self, lexeme: &Lexeme) -> usize {
        if lexeme.start() >= self.at { self.params } else { 0 }
    }

    /// Where what begins at `byte` begins in the whole text.
    pub(super) fn undo_start(&self, byte: usize) -> usize {
        if byte >= self.at { byte + self.bytes } else { byte }
    }

    /// Where what ends at `byte` ends in the whole text: the rows belong to the first one.
    pub(super) fn undo_end(&self, byte: usize) -> usize {
        self.undo_start(byte)
    }
}

/// Leaves out all value rows but the first, if `sql` is an `INSERT … VALUES` of several rows.
pub(super) fn shorten(backend: DbBackend, sql: &str) -> Option<Short> {
    let mut scan = Scan { backend, bytes: sql.as_bytes(), at: 0, params: 0 };
    scan.space();
    let first = scan.word();
    if !first.eq_ignore_ascii_case(b"INSERT") && !first.eq_ignore_ascii_case(b"REPLACE") {
        return None;
    }
    scan.to_values()?;
    scan.row()?;
    let (from, params) = (scan.at, scan.params);
    let mut to = from;
    while scan.next_row() {
        scan.row()?;
        to = scan.at;
    }
    let params = scan.params - params;
    let text = [sql.get(..from)?, sql.get(to..)?].concat();
    (to > from).then_some(Short { text, cut: Cut { at: from, bytes: to - from, params } })
}

struct Scan<'a> {
    backend: DbBackend,
    bytes: &'a [u8],
    at: usize,
    params: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn word(&mut self) -> &'a [u8] {
        let from = self.at;
        while self.peek().is_some_and(is_word) {
            self.at += 1;
        }
        &self.bytes[from..self.at]
    }

    /// Goes to the first row after `VALUES`.
    fn to_values(&mut self) -> Option<()> {
        loop {
            match self.peek()? {
                b'(' => self.row()?,
                byte if is_word(byte) => {
                    if self.word().eq_ignore_ascii_case(b"VALUES") {
                        self.space();
                        return (self.peek()? == b'(').then_some(());
                    }
                }
                _ => self.step()?,
            }
        }
    }

    /// Whether another row follows; goes to it if so.
    fn next_row(&mut self) -> bool {
        let from = self.at;
        self.space();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.space();
            if self.peek() == Some(b'(') {
                return true;
            }
        }
        self.at = from;
        false
    }

    /// Goes past the parenthesis that opens here.
    fn row(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {
                    self.step()?;
                    continue;
                }
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Goes past one character or quoted text; nothing where it could be something else.
    fn step(&mut self) -> Option<()> {
        let byte = self.peek()?;
        let next = self.bytes.get(self.at + 1).copied();
        match byte {
            b'\'' => {
                // PostgreSQL's `E'…'` has backslashes; what else stands before a quote is rare too.
                let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
                let prefixed = before.is_some_and(|byte| is_word(*byte) || *byte == b'&');
                if prefixed {
                    return None;
                }
                return self.quoted(byte);
            }
            b'"' | b'`' => return self.quoted(byte),
            b';' => return None,
            // Comments.
            b'-' if next == Some(b'-') => return None,
            b'/' if next == Some(b'*') => return None,
            b'#' if self.backend == DbBackend::MySql => return None,
            b'[' | b':' | b'@' if self.backend == DbBackend::Sqlite => return None,
            // A dollar-quoted text, or a parameter by name.
            b'$' if !next.is_some_and(|next| next.is_ascii_digit()) => return None,
            b'?' if self.backend != DbBackend::Postgres => {
                if next.is_some_and(|next| next.is_ascii_digit()) {
                    return None;
                }
                self.params += 1;
            }
            _ => {}
        }
        self.at += 1;
        Some(())
    }

    fn quoted(&mut self, quote: u8) -> Option<()> {
        let escapes = self.backend == DbBackend::MySql && quote != b'`';
        self.at += 1;
        loop {
            let byte = self.peek()?;
            self.at += if byte == b'\\' && escapes { 2 } else { 1 };
            if byte != quote {
                continue;
            }
            if self.peek() != Some(quote) {
                return Some(());
            }
            self.at += 1;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
