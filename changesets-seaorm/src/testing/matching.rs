//! Whether a recorded change is the expected one.

use changesets_core::{Action, ColumnChange, ObjectKey};

use super::{
    expected::{ExpectedChange, ExpectedColumn, ExpectedValue, Object, What},
    value::same,
};
use crate::history::{Entry, LinkEvent};

impl ExpectedChange {
    /// Whether `entry` is this change.
    pub(super) fn matches(&self, entry: &Entry) -> bool {
        self.concerns(entry) && self.wrong_columns(entry).next().is_none() && !self.has_more(entry)
    }

    /// Whether `entry` is what this change is, apart from the columns.
    pub(super) fn concerns(&self, entry: &Entry) -> bool {
        match &self.what {
            What::Row(action, object) => {
                *action == entry.action() && object.is(entry.entity(), entry.key())
            }
            What::Link(action, ends) => *action == entry.action() && are_ends(ends, entry),
        }
    }

    /// The named columns that `entry` has otherwise, or not at all.
    pub(super) fn wrong_columns<'a>(
        &'a self,
        entry: &'a Entry,
    ) -> impl Iterator<Item = &'a ExpectedColumn> {
        self.columns.iter().filter(|column| {
            let found = entry.diff().get(entry.action(), &column.name);
            !found.is_some_and(|found| column.change.is(&found))
        })
    }

    /// Whether `entry` has columns that it must not have.
    fn has_more(&self, entry: &Entry) -> bool {
        self.exactly && self.more_columns(entry).next().is_some()
    }

    /// The columns of `entry` that are not named.
    pub(super) fn more_columns<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a str> {
        let named = |name: &str| self.columns.iter().any(|column| column.name == name);
        entry.diff().columns().filter(move |name| !named(name))
    }
}

impl ExpectedValue {
    fn is(&self, found: &ColumnChange) -> bool {
        let is = |expected, found: &Option<_>| found.as_ref().is_some_and(|f| same(expected, f));
        match self {
            Self::Any => true,
            Self::Redacted => found.redacted,
            Self::Is(value) => is(
                value,
                if found.new.is_some() {
                    &found.new
                } else {
                    &found.old
                },
            ),
            Self::FromTo(old, new) => is(old, &found.old) && is(new, &found.new),
        }
    }
}

impl Object {
    fn is(&self, entity: &str, key: &ObjectKey) -> bool {
        self.entity == entity && self.key.as_ref().is_none_or(|expected| expected == key)
    }
}

fn are_ends([one, other]: &[Object; 2], entry: &Entry) -> bool {
    let event = match entry.action() {
        Action::Insert => LinkEvent::Added,
        Action::Delete => LinkEvent::Removed,
        Action::Update => return false,
    };
    let [first, second] = entry.links() else {
        return false;
    };
    let is = |object: &Object, link: &crate::history::LinkChange| {
        link.event == event && object.is(&link.entity, &link.key)
    };
    is(one, first) && is(other, second) || is(one, second) && is(other, first)
}
