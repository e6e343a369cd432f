//! A piece of the caller's statement that can be used in another one.

/// SQL text with the places of the caller's parameters in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fragment {
    pieces: Vec<Piece>,
}

/// Text, or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// SQL text as the caller wrote it.
    Sql(String),
    /// A parameter, by its 0-based position in the caller's values.
    Param(usize),
}

impl Fragment {
    /// The pieces in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Appends text.
    pub(super) fn push(&mut self, text: &str) {
        if !text.is_empty() {
            self.pieces.push(Piece::Sql(text.to_owned()));
        }
    }

    /// Appends a parameter.
    pub(super) fn push_param(&mut self, index: usize) {
        self.pieces.push(Piece::Param(index));
    }
}
