//! The query builder.

use std::{fmt, marker::PhantomData};

use changesets_core::{Action, ChangesetId, LogTables};
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, IdenStatic};

use super::{
    entry::Entry,
    revision::Revision,
    subject::{Key, Subject},
};

/// A query for changes; [`HasHistory::history`](super::HasHistory::history) and its
/// neighbours begin one.
///
/// It yields [`Revision`]s of one entity, or [`Entry`]s of any ([`Feed`](super::Feed)).
/// Newest first, unless told otherwise; always in the order of the changes' ids,
/// which for one object is the order they were committed in.
///
/// ```
/// # mod product {
/// #     use sea_orm::entity::prelude::*;
/// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// #     #[sea_orm(table_name = "product")]
/// #     pub struct Model { #[sea_orm(primary_key)] pub id: i64, pub price: i64 }
/// #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
/// #     pub enum Relation {}
/// #     impl ActiveModelBehavior for ActiveModel {}
/// # }
/// # async fn example(db: &sea_orm::DatabaseConnection, product: product::Model)
/// # -> Result<(), changesets_seaorm::history::HistoryError> {
/// use changesets_seaorm::history::HasHistory;
///
/// let rises = product
///     .history()
///     .by_actor("user:42")
///     .touching(product::Column::Price)
///     .limit(10)
///     .all(db)
///     .await?;
/// for revision in &rises {
///     let new: Option<i64> = revision.new(product::Column::Price)?;
///     # let _ = new;
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a history is not read until `all`, `one`, `count`, `stream`, `paginate` or `cursor` is called"]
pub struct History<T> {
    pub(crate) query: Query,
    yields: PhantomData<fn() -> T>,
}

/// What is asked for, without types.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) subject: Subject,
    pub(crate) tables: LogTables,
    pub(crate) kinds: Kinds,
    pub(crate) follow_keys: bool,
    pub(crate) current_life: bool,
    pub(crate) entities: Vec<String>,
    pub(crate) actor: Option<String>,
    pub(crate) changeset: Option<(ChangesetId, Family)>,
    pub(crate) columns: Vec<String>,
    pub(crate) action: Option<Action>,
    pub(crate) since: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) order: Order,
    pub(crate) limit: Option<u64>,
    /// Only ids greater than this one.
    pub(crate) after: Option<i64>,
    /// Only ids less than this one.
    pub(crate) before: Option<i64>,
}

/// Which changes of an object: its own, those of its links, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinds {
    All,
    Own,
    Links,
}

/// One changeset, or also those opened inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Alone,
    WithChildren,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

impl Order {
    pub(crate) const fn reversed(self) -> Self {
        match self {
            Self::OldestFirst => Self::NewestFirst,
            Self::NewestFirst => Self::OldestFirst,
        }
    }
}

impl Query {
    pub(crate) fn new(subject: Subject) -> Self {
        Self {
            subject,
            tables: LogTables::default(),
            kinds: Kinds::All,
            follow_keys: true,
            current_life: false,
            entities: Vec::new(),
            actor: None,
            changeset: None,
            columns: Vec::new(),
            action: None,
            since: None,
            until: None,
            order: Order::NewestFirst,
            limit: None,
            after: None,
            before: None,
        }
    }
}

impl<T> History<T> {
    pub(crate) const fn from_query(query: Query) -> Self {
        Self {
            query,
            yields: PhantomData,
        }
    }

    pub(crate) fn of(subject: Subject) -> Self {
        Self::from_query(Query::new(subject))
    }

    /// Reads a log whose tables have other names.
    pub fn tables(mut self, tables: LogTables) -> Self {
        self.query.tables = tables;
        self
    }

    /// Only what this actor did. The last call counts.
    pub fn by_actor(mut self, actor: impl Into<String>) -> Self {
        self.query.actor = Some(actor.into());
        self
    }

    /// Only what is in this changeset. The last call counts.
    pub const fn by_changeset(mut self, id: ChangesetId) -> Self {
        self.query.changeset = Some((id, Family::Alone));
        self
    }

    /// Only what is in this changeset, or in one whose parent it is: scopes opened
    /// inside it, and its continuations in transactions that were open at the
    /// same time. The last call counts.
    ///
    /// No index leads from a changeset to its children: on a large log narrow it
    /// down with [`since`](Self::since) too.
    pub const fn by_changeset_and_children(mut self, id: ChangesetId) -> Self {
        self.query.changeset = Some((id, Family::WithChildren));
        self
    }

    /// Only rows inserted, updated or deleted. In the history of an object this
    /// leaves out its links.
    pub const fn action(mut self, action: Action) -> Self {
        self.query.action = Some(action);
        self
    }

    /// Only changesets opened at this time or later.
    pub const fn since(mut self, time: DateTime<Utc>) -> Self {
        self.query.since = Some(time);
        self
    }

    /// Only changesets opened before this time.
    pub const fn until(mut self, time: DateTime<Utc>) -> Self {
        self.query.until = Some(time);
        self
    }

    /// Oldest first.
    pub const fn oldest_first(mut self) -> Self {
        self.query.order = Order::OldestFirst;
        self
    }

    /// Newest first, which is the default.
    pub const fn newest_first(mut self) -> Self {
        self.query.order = Order::NewestFirst;
        self
    }

    /// At most this many. Counting, paging and cursors take no notice of it.
    pub const fn limit(mut self, limit: u64) -> Self {
        self.query.limit = Some(limit);
        self
    }
}

impl<E: EntityTrait> History<Revision<E>> {
    pub(crate) fn of_objects(keys: Vec<Key>) -> Self {
        Self::of(Subject::Objects(super::subject::Entity::of::<E>(), keys))
    }

    pub(crate) fn of_entity() -> Self {
        Self::of(Subject::Entity(super::subject::Entity::of::<E>()))
    }

    /// Only changes of this column; inserts and deletes that recorded it, too.
    /// Called again: changes of this column as well as of the others. Leaves out
    /// the links of an object.
    pub fn touching(mut self, column: E::Column) -> Self {
        self.query.columns.push(column.as_str().to_owned());
        self
    }

    /// Only the object that has the key now, or had it last: not those that had
    /// it before and were deleted, or moved to another key.
    pub const fn current_life(mut self) -> Self {
        self.query.current_life = true;
        self
    }

    /// Whether to look for what was recorded under keys the object had earlier,
    /// which is the default.
    ///
    /// For an object whose insert is in the log under its present key the answer
    /// costs nothing. Otherwise the key changes of its entity are searched, and no
    /// index leads to them: an application that never changes keys, and began
    /// recording when its tables were full, may say `false`.
    pub const fn follow_keys(mut self, follow: bool) -> Self {
        self.query.follow_keys = follow;
        self
    }

    /// Only the changes of the objects' own rows.
    pub const fn without_links(mut self) -> Self {
        self.query.kinds = Kinds::Own;
        self
    }

    /// Only links added, removed or changed.
    pub const fn only_links(mut self) -> Self {
        self.query.kinds = Kinds::Links;
        self
    }
}

impl<T> Clone for History<T> {
    fn clone(&self) -> Self {
        Self::from_query(self.query.clone())
    }
}

impl<T> fmt::Debug for History<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("History").field(&self.query).finish()
    }
}

/// What a [`History`] can yield: a [`Revision`] or an [`Entry`].
pub trait HistoryItem: Sized + Send + sealed::Sealed {
    /// Gives an entry its type.
    #[doc(hidden)]
    fn from_entry(entry: Entry) -> Self;
}

impl HistoryItem for Entry {
    fn from_entry(entry: Entry) -> Self {
        entry
    }
}

impl<E: EntityTrait> HistoryItem for Revision<E> {
    fn from_entry(entry: Entry) -> Self {
        Self::of(entry)
    }
}

mod sealed {
    use super::{EntityTrait, Entry, Revision};

    pub trait Sealed {}
    impl Sealed for Entry {}
    impl<E: EntityTrait> Sealed for Revision<E> {}
}
