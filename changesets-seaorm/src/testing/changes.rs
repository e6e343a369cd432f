//! Recorded changes: to read, to show, to assert.

use std::fmt;

use sea_orm::EntityTrait;

use super::{ExpectedChange, Mismatch, compare, render};
use crate::{
    history::{Entry, Revision},
    log::changeset,
    table::entity_name,
};

/// The changes that a piece of code made, in the order of the log.
///
/// `Display` and `Debug` print them one on a line, columns sorted by name, without ids and times of
/// the log: the same in every run, and on every database, as long as keys and values are.
#[derive(Clone, PartialEq)]
pub struct Changes {
    entries: Vec<Entry>,
}

impl Changes {
    pub(super) const fn new(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// The changes, with who, when and why.
    #[must_use]
    pub fn changes(&self) -> &[Entry] {
        &self.entries
    }

    /// The changesets they belong to, in the order of their first change.
    #[must_use]
    pub fn changesets(&self) -> Vec<&changeset::Model> {
        let mut changesets: Vec<&changeset::Model> = Vec::new();
        for entry in &self.entries {
            if !changesets
                .iter()
                .any(|known| known.id == entry.changeset().id)
            {
                changesets.push(entry.changeset());
            }
        }
        changesets
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Only the changes of the rows of `E`. A link is a row of its junction.
    #[must_use]
    pub fn of<E: EntityTrait>(&self) -> Self {
        let name = entity_name::<E>();
        let ours = |entry: &&Entry| entry.entity() == name;
        Self::new(self.entries.iter().filter(ours).cloned().collect())
    }

    /// The changes of the rows of `E` with its types.
    #[must_use]
    pub fn revisions<E: EntityTrait>(&self) -> Vec<Revision<E>> {
        let entries = self.entries.iter().cloned();
        entries.filter_map(Entry::revision).collect()
    }

    /// Checks that these changes were recorded, in this order, and no others.
    ///
    /// # Errors
    ///
    /// [`Mismatch`], which shows what differs.
    pub fn check_changes(
        &self,
        expected: impl IntoIterator<Item = ExpectedChange>,
    ) -> Result<(), Mismatch> {
        compare::in_order(&expected.into_iter().collect::<Vec<_>>(), &self.entries)
    }

    /// Checks that these changes were recorded, in any order, and no others.
    ///
    /// # Errors
    ///
    /// [`Mismatch`], which shows what differs.
    pub fn check_changes_in_any_order(
        &self,
        expected: impl IntoIterator<Item = ExpectedChange>,
    ) -> Result<(), Mismatch> {
        compare::in_any_order(&expected.into_iter().collect::<Vec<_>>(), &self.entries)
    }

    /// Checks that nothing was recorded.
    ///
    /// # Errors
    ///
    /// [`Mismatch`], which lists what was.
    pub fn check_nothing(&self) -> Result<(), Mismatch> {
        match self.entries.is_empty() {
            true => Ok(()),
            false => Err(Mismatch::something(self)),
        }
    }

    /// Asserts that these changes were recorded, in this order, and no others.
    ///
    /// # Panics
    ///
    /// When [`check_changes`](Self::check_changes) fails, with what it says.
    #[track_caller]
    pub fn assert_changes(&self, expected: impl IntoIterator<Item = ExpectedChange>) {
        pass(self.check_changes(expected));
    }

    /// Asserts that these changes were recorded, in any order, and no others.
    ///
    /// # Panics
    ///
    /// When [`check_changes_in_any_order`](Self::check_changes_in_any_order) fails, with what it says.
    #[track_caller]
    pub fn assert_changes_in_any_order(&self, expected: impl IntoIterator<Item = ExpectedChange>) {
        pass(self.check_changes_in_any_order(expected));
    }

    /// Asserts that nothing was recorded.
    ///
    /// # Panics
    ///
    /// When something was, with a list of it.
    #[track_caller]
    pub fn assert_nothing(&self) {
        pass(self.check_nothing());
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "failing a test is what an assertion is for")]
fn pass(checked: Result<(), Mismatch>) {
    if let Err(mismatch) = checked {
        panic!("{mismatch}");
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, entry) in self.entries.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            render::recorded(f, entry)?;
        }
        match self.entries.is_empty() {
            true => f.write_str("(nothing was recorded)"),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
