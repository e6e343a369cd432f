//! Streams: of a read as it is, of a write from the rows it returned.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::Stream;
use sea_orm::{DbErr, QueryResult};

/// What [`StreamTrait::stream`](sea_orm::StreamTrait::stream) gives on a tracked connection.
///
/// A read streams row by row. A write (`INSERT … RETURNING`) has happened, and is recorded, before
/// the stream is handed out: dropping the stream early takes nothing back.
pub struct TrackedStream<'a> {
    rows: Rows<'a>,
}

enum Rows<'a> {
    Read(Pin<Box<dyn Stream<Item = Result<QueryResult, DbErr>> + Send + 'a>>),
    Written(std::vec::IntoIter<QueryResult>),
}

impl<'a> TrackedStream<'a> {
    pub(super) fn read(rows: impl Stream<Item = Result<QueryResult, DbErr>> + Send + 'a) -> Self {
        Self {
            rows: Rows::Read(Box::pin(rows)),
        }
    }

    pub(super) fn written(rows: Vec<QueryResult>) -> Self {
        Self {
            rows: Rows::Written(rows.into_iter()),
        }
    }
}

impl Stream for TrackedStream<'_> {
    type Item = Result<QueryResult, DbErr>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.rows {
            Rows::Read(rows) => rows.as_mut().poll_next(context),
            Rows::Written(rows) => Poll::Ready(rows.next().map(Ok)),
        }
    }
}

impl fmt::Debug for TrackedStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackedStream").finish_non_exhaustive()
    }
}
