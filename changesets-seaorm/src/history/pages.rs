//! Page by page.

use std::{fmt, marker::PhantomData, num::NonZeroU64, sync::OnceLock};

use sea_orm::{ConnectionTrait, ItemsAndPagesNumber};

use super::{
    error::HistoryError,
    query::{History, HistoryItem, Query},
    read::{self, Scope},
};

/// A history read page by page; [`History::paginate`] makes one.
///
/// Pages are counted from the beginning, so what is recorded meanwhile shifts
/// them when the newest come first. A [cursor](History::cursor) does not shift.
pub struct HistoryPages<'db, C, T> {
    db: &'db C,
    query: Query,
    size: NonZeroU64,
    page: u64,
    scope: OnceLock<Scope>,
    yields: PhantomData<fn() -> T>,
}

impl<T: HistoryItem> History<T> {
    /// Page by page, each of this size; a size of 0 is taken for 1.
    pub fn paginate<C: ConnectionTrait>(self, db: &C, size: u64) -> HistoryPages<'_, C, T> {
        HistoryPages {
            db,
            query: self.query,
            size: NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN),
            page: 0,
            scope: OnceLock::new(),
            yields: PhantomData,
        }
    }
}

impl<C: ConnectionTrait, T: HistoryItem> HistoryPages<'_, C, T> {
    /// One page; the first is 0.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn fetch_page(&self, page: u64) -> Result<Vec<T>, HistoryError> {
        let scope = self.scope().await?;
        let mut query = self.query.clone();
        query.limit = Some(self.size.get());
        let offset = page.saturating_mul(self.size.get());
        let entries = read::page(self.db, &query, scope, offset).await?;
        Ok(entries.into_iter().map(T::from_entry).collect())
    }

    /// The current page.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn fetch(&self) -> Result<Vec<T>, HistoryError> {
        self.fetch_page(self.page).await
    }

    /// The current page, then on to the next; `None` when there are no more.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn fetch_and_next(&mut self) -> Result<Option<Vec<T>>, HistoryError> {
        let items = self.fetch().await?;
        self.next();
        Ok((!items.is_empty()).then_some(items))
    }

    /// Goes on to the next page.
    pub const fn next(&mut self) {
        self.page += 1;
    }

    /// The number of the current page.
    #[must_use]
    pub const fn cur_page(&self) -> u64 {
        self.page
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn num_items(&self) -> Result<u64, HistoryError> {
        read::count(self.db, &self.query, self.scope().await?).await
    }

    /// How many pages there are.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn num_pages(&self) -> Result<u64, HistoryError> {
        Ok(self.num_items().await?.div_ceil(self.size.get()))
    }

    /// How many there are, and on how many pages.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn num_items_and_pages(&self) -> Result<ItemsAndPagesNumber, HistoryError> {
        let number_of_items = self.num_items().await?;
        Ok(ItemsAndPagesNumber {
            number_of_items,
            number_of_pages: number_of_items.div_ceil(self.size.get()),
        })
    }

    /// Which changes it is about, looked up once for all pages.
    async fn scope(&self) -> Result<&Scope, HistoryError> {
        if let Some(scope) = self.scope.get() {
            return Ok(scope);
        }
        let scope = read::resolve(self.db, &self.query).await?;
        Ok(self.scope.get_or_init(|| scope))
    }
}

impl<C, T> fmt::Debug for HistoryPages<'_, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryPages")
            .field("query", &self.query)
            .field("size", &self.size)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}
