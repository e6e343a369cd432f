//! A piece of the caller's SQL, with its parameters.

use std::fmt::Display;

use super::placeholders::{CLOSE, OPEN};

/// SQL text in pieces: words, and the caller's parameters by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fragment {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Sql(String),
    /// Position in the caller's values, from 0.
    Param(usize),
}

impl Fragment {
    /// Prints a node of a tree whose placeholders are marked.
    pub(super) fn of(node: &impl Display) -> Self {
        Self::of_text(&node.to_string())
    }

    /// Splits a printed text at its marks.
    pub(super) fn of_text(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            pieces.push(Piece::Sql(before.to_owned()));
            let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
            // The mark was made from a number.
            pieces.push(Piece::Param(index.parse().unwrap_or(usize::MAX)));
            rest = after;
        }
        pieces.push(Piece::Sql(rest.to_owned()));
        Self { pieces }
    }

    /// The position of the parameter that this is, if it is nothing else.
    pub(crate) fn param(&self) -> Option<usize> {
        match self.pieces.as_slice() {
            [Piece::Sql(before), Piece::Param(index), Piece::Sql(after)]
                if before.is_empty() && after.is_empty() =>
            {
                Some(*index)
            }
            _ => None,
        }
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}
