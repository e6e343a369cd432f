//! What differs, as text.

use std::fmt::{self, Write};

use super::{Changes, ExpectedChange, render};
use crate::history::Entry;

/// What was recorded is not what was expected; it says what differs, line by line.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Mismatch {
    text: String,
}

/// A line of a comparison.
pub(super) enum Line<'a> {
    Both(&'a Entry),
    Expected(&'a ExpectedChange),
    Recorded(&'a Entry),
    /// In what the two lines before differ.
    Because(&'a ExpectedChange, &'a Entry),
}

impl Mismatch {
    /// All of `lines`, unless each is in both.
    pub(super) fn unless_equal(title: &str, lines: Vec<Line<'_>>) -> Result<(), Self> {
        if lines.iter().all(|line| matches!(line, Line::Both(_))) {
            return Ok(());
        }
        let mut text = format!("{title}:");
        for line in lines {
            // Writing to a string cannot fail.
            let _ = line.write(&mut text);
        }
        Err(Self { text })
    }

    /// `changes`, where there should be none.
    pub(super) fn something(changes: &Changes) -> Self {
        let count = match changes.len() {
            1 => "1 change was".to_owned(),
            many => format!("{many} changes were"),
        };
        Self {
            text: format!("nothing should have been recorded, but {count}:\n{changes}"),
        }
    }
}

impl Line<'_> {
    fn write(&self, text: &mut String) -> fmt::Result {
        match self {
            Self::Both(entry) => {
                text.write_str("\n  ")?;
                render::recorded(text, entry)
            }
            Self::Recorded(entry) => {
                text.write_str("\n+ ")?;
                render::recorded(text, entry)
            }
            Self::Expected(change) => write!(text, "\n- {change}"),
            Self::Because(change, entry) => because(text, change, entry),
        }
    }
}

/// Rows have many columns: only those that are wrong are worth reading.
fn because(text: &mut String, change: &ExpectedChange, entry: &Entry) -> fmt::Result {
    for column in change.wrong_columns(entry) {
        text.write_str("\n    expected ")?;
        render::expected_column(text, column)?;
        text.write_str(", recorded ")?;
        render::column(text, entry, &column.name)?;
    }
    if change.exactly {
        for name in change.more_columns(entry) {
            text.write_str("\n    not expected ")?;
            render::column(text, entry, name)?;
        }
    }
    Ok(())
}

/// As text, so that `unwrap` shows it readably.
impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
