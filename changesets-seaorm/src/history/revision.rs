//! A change with the types of its entity.

use std::{fmt, marker::PhantomData, ops::Deref};

use changesets_core::{Action, Diff};
use sea_orm::{
    ConnectionTrait, EntityTrait, IdenStatic, Iterable, TryIntoModel, sea_query::ValueType,
};
use serde_json::Value as Json;

use super::{
    entry::Entry,
    error::HistoryError,
    links::LinkChange,
    query::{History, Order},
    states::{self, States},
    subject::Key,
    typed::read_value,
};
use crate::table::entity_name;

/// A change in the history of entity `E`: of one of its rows, or of a link to one.
///
/// Everything an [`Entry`] has, such as [`actor`](Entry::actor) and
/// [`at`](Entry::at), it has too.
pub struct Revision<E: EntityTrait> {
    entry: Entry,
    entity: PhantomData<fn() -> E>,
}

/// What a revision is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum RevisionKind<'a> {
    /// The row itself was inserted, updated or deleted.
    Row(Action, &'a Diff),
    /// A junction row came, went or changed: links to other objects.
    Link(&'a [LinkChange]),
}

impl<E: EntityTrait> Revision<E> {
    pub(crate) const fn of(entry: Entry) -> Self {
        Self {
            entry,
            entity: PhantomData,
        }
    }

    /// Without the types of `E`.
    #[must_use]
    pub fn into_entry(self) -> Entry {
        self.entry
    }

    /// What it is: a change of the row, or of its links.
    #[must_use]
    pub fn kind(&self) -> RevisionKind<'_> {
        if self.is_link() {
            RevisionKind::Link(self.links())
        } else {
            RevisionKind::Row(self.action(), self.diff())
        }
    }

    /// Whether it is a change of a link, not of the row itself.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.entry.entity() != entity_name::<E>()
    }

    /// Which life of its key it belongs to, counted from 1: a key that is used
    /// again after a delete begins another.
    ///
    /// Known in the history of objects; in that of a whole entity it would take
    /// the history of each of its keys.
    #[must_use]
    pub fn life(&self) -> Option<usize> {
        self.entry.life.map(|life| life + 1)
    }

    /// The columns it changed that `E` still has. For an insert or a delete, all
    /// that were recorded; for a link, none.
    #[must_use]
    pub fn changed(&self) -> Vec<E::Column> {
        E::Column::iter()
            .filter(|column| {
                self.old_json(column.as_str()).is_some()
                    || self.new_json(column.as_str()).is_some()
                    || self.is_redacted_name(column.as_str())
            })
            .collect()
    }

    /// The names of the columns it changed, also those `E` no longer has.
    #[must_use]
    pub fn changed_names(&self) -> Vec<&str> {
        if self.is_link() {
            return Vec::new();
        }
        self.diff().as_map().keys().map(String::as_str).collect()
    }

    /// Whether it changed a column.
    #[must_use]
    pub fn touches(&self, column: E::Column) -> bool {
        !self.is_link() && self.diff().as_map().contains_key(column.as_str())
    }

    /// Whether a column changed whose values were kept out of the log.
    #[must_use]
    pub fn is_redacted(&self, column: E::Column) -> bool {
        self.is_redacted_name(column.as_str())
    }

    /// The value before the change. `None` when it was NULL, and when the column
    /// did not change or had no value: for an insert, say.
    ///
    /// # Errors
    ///
    /// When the value is redacted, or no `V`.
    pub fn old<V: ValueType>(&self, column: E::Column) -> Result<Option<V>, HistoryError> {
        self.value(&column, Self::old_json)
    }

    /// The value after the change. `None` when it is NULL, and when the column
    /// did not change or has no value: for a delete, say.
    ///
    /// # Errors
    ///
    /// When the value is redacted, or no `V`.
    #[expect(
        clippy::new_ret_no_self,
        reason = "the other side of `old`, no constructor"
    )]
    pub fn new<V: ValueType>(&self, column: E::Column) -> Result<Option<V>, HistoryError> {
        self.value(&column, Self::new_json)
    }

    /// The value before the change, as the log has it. Any column that was ever
    /// recorded, also one `E` no longer has.
    #[must_use]
    pub fn old_json(&self, column: &str) -> Option<&Json> {
        self.side(column).0
    }

    /// The value after the change, as the log has it. Any column that was ever
    /// recorded, also one `E` no longer has.
    #[must_use]
    pub fn new_json(&self, column: &str) -> Option<&Json> {
        self.side(column).1
    }

    /// The model before the change; `None` when there was no row.
    ///
    /// Made by replaying the object's life from its beginning. For many revisions
    /// at once there is [`History::all_with_states`].
    ///
    /// # Errors
    ///
    /// [`HistoryError::MissingColumns`] when the log does not know every column.
    pub async fn before<C: ConnectionTrait>(&self, db: &C) -> Result<Option<E::Model>, HistoryError>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        self.states(db).await?.before_model()
    }

    /// The model after the change; `None` when there was no row any more.
    ///
    /// # Errors
    ///
    /// [`HistoryError::MissingColumns`] when the log does not know every column.
    pub async fn after<C: ConnectionTrait>(&self, db: &C) -> Result<Option<E::Model>, HistoryError>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        self.states(db).await?.after_model()
    }

    /// The object before and after the change, as far as the log knows it.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn states<C: ConnectionTrait>(&self, db: &C) -> Result<States<E>, HistoryError> {
        states::of_one(db, &self.entry).await
    }

    /// The revision of the same object before this one, links included.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn previous<C: ConnectionTrait>(&self, db: &C) -> Result<Option<Self>, HistoryError> {
        let mut history = self.neighbours();
        history.query.before = Some(self.id());
        history.query.order = Order::NewestFirst;
        history.one(db).await
    }

    /// The revision of the same object after this one, links included.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn next<C: ConnectionTrait>(&self, db: &C) -> Result<Option<Self>, HistoryError> {
        let mut history = self.neighbours();
        history.query.after = Some(self.id());
        history.query.order = Order::OldestFirst;
        history.one(db).await
    }

    fn neighbours(&self) -> History<Self> {
        History::of_objects(vec![Key::Text(self.entry.root.clone())])
            .tables(self.entry.tables.clone())
    }

    fn value<V: ValueType>(
        &self,
        column: &E::Column,
        side: impl for<'a> Fn(&'a Self, &str) -> Option<&'a Json>,
    ) -> Result<Option<V>, HistoryError> {
        let name = column.as_str();
        if self.is_redacted_name(name) {
            return Err(HistoryError::Redacted {
                entity: entity_name::<E>(),
                column: name.to_owned(),
            });
        }
        match side(self, name) {
            Some(json) => read_value::<E, V>(name, json),
            None => Ok(None),
        }
    }

    /// The old and the new value. The diff of a link is that of a junction row,
    /// whose columns are not those of `E`, whatever their names.
    fn side(&self, column: &str) -> (Option<&Json>, Option<&Json>) {
        let Some(value) = self.diff().as_map().get(column) else {
            return (None, None);
        };
        if self.is_link() || states::is_redacted(value) {
            return (None, None);
        }
        match self.action() {
            Action::Insert => (None, Some(value)),
            Action::Update => (value.get(0), value.get(1)),
            Action::Delete => (Some(value), None),
        }
    }

    fn is_redacted_name(&self, column: &str) -> bool {
        !self.is_link()
            && self
                .diff()
                .as_map()
                .get(column)
                .is_some_and(states::is_redacted)
    }
}

impl<E: EntityTrait> Deref for Revision<E> {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

impl<E: EntityTrait> Clone for Revision<E> {
    fn clone(&self) -> Self {
        Self::of(self.entry.clone())
    }
}

impl<E: EntityTrait> PartialEq for Revision<E> {
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
    }
}

impl<E: EntityTrait> fmt::Debug for Revision<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Revision").field(&self.entry).finish()
    }
}
