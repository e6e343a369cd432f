//! A text of several statements, with the places of its parameters.

use crate::statement::{Fragment, Piece, Place, Text};

/// Statements that are sent as one text.
#[derive(Debug, Default)]
pub(super) struct Script {
    text: Text,
    /// A block was opened: its first statement follows on no other.
    opened: bool,
}

impl Script {
    /// Goes on with another statement.
    pub(super) fn statement(&mut self, sql: &str) -> &mut Self {
        let separator = match (self.text.sql.is_empty(), self.opened) {
            (true, _) => "",
            (false, true) => " ",
            (false, false) => "; ",
        };
        self.opened = false;
        self.push(separator).push(sql)
    }

    /// Goes on with what opens a block.
    pub(super) fn open(&mut self, sql: &str) -> &mut Self {
        self.statement(sql);
        self.opened = true;
        self
    }

    pub(super) fn push(&mut self, sql: &str) -> &mut Self {
        self.text.sql.push_str(sql);
        self
    }

    /// The first `count` values of the caller belong to the text so far.
    pub(super) fn callers(&mut self, count: usize) -> &mut Self {
        self.text.places.extend((0..count).map(Place::Caller));
        self
    }

    /// Appends a placeholder for the record's value at `place`.
    pub(super) fn record(&mut self, place: usize) -> &mut Self {
        self.text.places.push(Place::Record(place));
        self.push("?")
    }

    /// Appends a piece of the caller's statement.
    pub(super) fn fragment(&mut self, fragment: &Fragment) -> &mut Self {
        for piece in fragment.pieces() {
            match piece {
                Piece::Sql(text) => self.text.sql.push_str(text),
                Piece::Param(index) => {
                    self.text.places.push(Place::Caller(*index));
                    self.text.sql.push('?');
                }
            }
        }
        self
    }

    pub(super) fn into_text(self) -> Text {
        self.text
    }
}
