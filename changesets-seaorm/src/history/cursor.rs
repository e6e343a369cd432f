//! From a change on.

use std::{fmt, marker::PhantomData};

use sea_orm::ConnectionTrait;

use super::{
    error::HistoryError,
    query::{History, HistoryItem, Order, Query},
    read,
};

/// A history read from a change on; [`History::cursor`] makes one.
///
/// The cursor is a change's id. It does not shift when more is recorded, and
/// reading far on costs no more than reading the beginning.
#[must_use = "a cursor reads nothing until `all` is called"]
pub struct HistoryCursor<T> {
    query: Query,
    after: Option<i64>,
    before: Option<i64>,
    last: bool,
    yields: PhantomData<fn() -> T>,
}

impl<T: HistoryItem> History<T> {
    /// From a change on, in the order of this query.
    pub fn cursor(self) -> HistoryCursor<T> {
        HistoryCursor {
            query: self.query,
            after: None,
            before: None,
            last: false,
            yields: PhantomData,
        }
    }
}

impl<T: HistoryItem> HistoryCursor<T> {
    /// Only what comes after the change with this id in the order of the query:
    /// when the newest come first, what is older.
    pub const fn after(mut self, id: i64) -> Self {
        self.after = Some(id);
        self
    }

    /// Only what comes before the change with this id in the order of the query:
    /// when the newest come first, what is newer.
    pub const fn before(mut self, id: i64) -> Self {
        self.before = Some(id);
        self
    }

    /// The first so many.
    pub const fn first(mut self, count: u64) -> Self {
        self.query.limit = Some(count);
        self.last = false;
        self
    }

    /// The last so many, still in the order of the query.
    pub const fn last(mut self, count: u64) -> Self {
        self.query.limit = Some(count);
        self.last = true;
        self
    }

    /// Reads them.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn all<C: ConnectionTrait>(self, db: &C) -> Result<Vec<T>, HistoryError> {
        let mut query = self.query;
        let (greater, less) = match query.order {
            Order::OldestFirst => (self.after, self.before),
            Order::NewestFirst => (self.before, self.after),
        };
        query.after = query.after.max(greater);
        query.before = match (query.before, less) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if self.last {
            query.order = query.order.reversed();
        }
        let scope = read::resolve(db, &query).await?;
        let mut entries = read::entries(db, &query, &scope).await?;
        if self.last {
            entries.reverse();
        }
        Ok(entries.into_iter().map(T::from_entry).collect())
    }
}

impl<T> Clone for HistoryCursor<T> {
    fn clone(&self) -> Self {
        Self {
            query: self.query.clone(),
            yields: PhantomData,
            ..*self
        }
    }
}

impl<T> fmt::Debug for HistoryCursor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryCursor")
            .field("query", &self.query)
            .field("after", &self.after)
            .field("before", &self.before)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}
