//! The feed: changes of all entities.

use sea_orm::EntityTrait;

use super::{entry::Entry, query::History, subject::Subject};
use crate::table::entity_name;

/// The changes of all entities, or of some.
pub type Feed = History<Entry>;

/// Everything that happened, newest first.
///
/// The order is that of the changes' ids. For one object that is the order of
/// commits; across objects a change can become visible after one with a larger
/// id, when its transaction takes longer. Whoever reads the feed onward from a
/// cursor, and must not miss any, has to look back a little each time.
pub fn feed() -> Feed {
    History::of(Subject::Everything)
}

impl Feed {
    /// Only changes of this entity. Called again: of this or the others.
    pub fn entity<E: EntityTrait>(self) -> Self {
        self.entity_named(entity_name::<E>())
    }

    /// Only changes of this entity, by its name in the log: the table, with the
    /// schema where the entity names one.
    pub fn entity_named(mut self, name: impl Into<String>) -> Self {
        self.query.entities.push(name.into());
        self
    }

    /// Only changes of a column with this name; inserts and deletes that recorded
    /// it, too. Called again: of this column as well as of the others.
    pub fn touching(mut self, column: impl Into<String>) -> Self {
        self.query.columns.push(column.into());
        self
    }
}
