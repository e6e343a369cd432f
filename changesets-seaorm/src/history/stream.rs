//! One after the other, however many there are.

use std::vec;

use futures_util::stream::{BoxStream, StreamExt as _, try_unfold};
use sea_orm::ConnectionTrait;

use super::{
    entry::Entry,
    error::HistoryError,
    query::{History, HistoryItem, Order, Query},
    read::{self, Scope},
};

/// How many are read at a time.
const BATCH: u64 = 500;

struct Reading<'db, C> {
    db: &'db C,
    query: Query,
    scope: Option<Scope>,
    batch: vec::IntoIter<Entry>,
    /// How many may still be read, when there is a limit.
    left: Option<u64>,
    done: bool,
}

impl<T: HistoryItem + 'static> History<T> {
    /// One after the other, in batches: memory stays small, and no connection is
    /// held between batches. Links and lives are there as in [`all`](Self::all).
    ///
    /// What is recorded while the stream runs is part of it when the oldest come
    /// first, and is not when the newest do.
    pub fn stream<C: ConnectionTrait>(self, db: &C) -> BoxStream<'_, Result<T, HistoryError>> {
        let reading = Reading {
            db,
            left: self.query.limit,
            query: self.query,
            scope: None,
            batch: Vec::new().into_iter(),
            done: false,
        };
        try_unfold(reading, |mut reading| async move {
            let entry = reading.next().await?;
            Ok(entry.map(|entry| (T::from_entry(entry), reading)))
        })
        .boxed()
    }
}

impl<C: ConnectionTrait> Reading<'_, C> {
    async fn next(&mut self) -> Result<Option<Entry>, HistoryError> {
        loop {
            if let Some(entry) = self.batch.next() {
                return Ok(Some(entry));
            }
            if self.done {
                return Ok(None);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), HistoryError> {
        if self.scope.is_none() {
            self.scope = Some(read::resolve(self.db, &self.query).await?);
        }
        let Some(scope) = &self.scope else {
            return Ok(());
        };
        let size = self.left.map_or(BATCH, |left| left.min(BATCH));
        if size == 0 {
            self.done = true;
            return Ok(());
        }
        self.query.limit = Some(size);
        let entries = read::entries(self.db, &self.query, scope).await?;
        let count = entries.len() as u64;
        self.done = count < size;
        self.left = self.left.map(|left| left.saturating_sub(count));
        if let Some(last) = entries.last() {
            match self.query.order {
                Order::OldestFirst => self.query.after = Some(last.id()),
                Order::NewestFirst => self.query.before = Some(last.id()),
            }
        }
        self.batch = entries.into_iter();
        Ok(())
    }
}
