//! Changes as lines of text.

use std::fmt::{Formatter, Result, Write};

use changesets_core::{Action, ColumnChange, ObjectKey};
use serde_json::Value as Json;

use super::expected::{ExpectedChange, ExpectedColumn, ExpectedValue, Object, What};
use crate::history::{Entry, LinkChange};

const REDACTED: &str = "(redacted)";
/// Stands for a key or value that is not compared.
const ANY: &str = "…";

/// `update product 1: price: 10 -> 12`; a row of a junction is a link.
pub(super) fn recorded(f: &mut impl Write, entry: &Entry) -> Result {
    match (link_word(entry.action()), entry.links()) {
        (Some(word), [one, other]) => {
            let end = |link: &LinkChange| format!("{} {}", link.entity, key(&link.key));
            let ends = format!("{}, {}", end(one), end(other));
            write!(f, "{word} {ends} ({} {})", entry.entity(), key(entry.key()))?;
        }
        _ => write!(
            f,
            "{} {} {}",
            entry.action(),
            entry.entity(),
            key(entry.key())
        )?,
    }
    // By name: databases, and features of serde_json, differ in how they order an object.
    let mut columns: Vec<&str> = entry.diff().columns().collect();
    columns.sort_unstable();
    for (position, name) in columns.into_iter().enumerate() {
        f.write_str(separator(position))?;
        column(f, entry, name)?;
    }
    Ok(())
}

/// One column of a recorded change, or that it is not recorded.
pub(super) fn column(f: &mut impl Write, entry: &Entry, name: &str) -> Result {
    write!(f, "{name}: ")?;
    match entry.diff().get(entry.action(), name) {
        None => f.write_str("(not recorded)"),
        Some(ColumnChange { redacted: true, .. }) => f.write_str(REDACTED),
        Some(change) => match (&change.old, &change.new) {
            (Some(old), Some(new)) => from_to(f, old, new),
            (Some(value), None) | (None, Some(value)) => write!(f, "{value}"),
            (None, None) => Ok(()),
        },
    }
}

/// The same for an expected change: what it does not compare is left out.
pub(super) fn expected(f: &mut Formatter<'_>, change: &ExpectedChange) -> Result {
    match &change.what {
        What::Row(action, object) => write!(f, "{action} {}", name(object))?,
        What::Link(action, [one, other]) => {
            let word = link_word(*action).unwrap_or_default();
            write!(f, "{word} {}, {}", name(one), name(other))?;
        }
    }
    for (position, column) in change.columns.iter().enumerate() {
        f.write_str(separator(position))?;
        expected_column(f, column)?;
    }
    match change.exactly {
        true => f.write_str(", and nothing else"),
        false => Ok(()),
    }
}

/// One column of an expected change.
pub(super) fn expected_column(f: &mut impl Write, column: &ExpectedColumn) -> Result {
    write!(f, "{}: ", column.name)?;
    match &column.change {
        ExpectedValue::Is(value) => write!(f, "{value}"),
        ExpectedValue::FromTo(old, new) => from_to(f, old, new),
        ExpectedValue::Redacted => f.write_str(REDACTED),
        ExpectedValue::Any => f.write_str(ANY),
    }
}

fn from_to(f: &mut impl Write, old: &Json, new: &Json) -> Result {
    write!(f, "{old} -> {new}")
}

const fn separator(position: usize) -> &'static str {
    match position {
        0 => ": ",
        _ => ", ",
    }
}

const fn link_word(action: Action) -> Option<&'static str> {
    match action {
        Action::Insert => Some("link"),
        Action::Delete => Some("unlink"),
        Action::Update => None,
    }
}

fn name(object: &Object) -> String {
    let key = object.key.as_ref().map_or(ANY.to_owned(), key);
    format!("{} {key}", object.entity)
}

/// A key on one line, whatever is in it.
fn key(key: &ObjectKey) -> String {
    match key.as_str().contains(char::is_control) {
        true => Json::from(key.as_str()).to_string(),
        false => key.as_str().to_owned(),
    }
}
