//! Work that goes on when its caller stops waiting.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use sea_orm::DbErr;
use tokio::runtime::Handle;
use tracing::Instrument;

/// Runs `work` to its end, even when the caller stops waiting for it.
///
/// As long as the caller waits, the work is part of the caller's own task: a hop to another thread
/// costs more than most statements. Dropped in the middle, it moves to a task of its own.
pub(crate) fn uninterrupted<T: Send + 'static>(
    work: impl Future<Output = Result<T, DbErr>> + Send + 'static,
) -> impl Future<Output = Result<T, DbErr>> + Send {
    Uninterrupted {
        work: Some(Box::pin(work.in_current_span())),
        runtime: None,
    }
}

type Work<T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send>>;

struct Uninterrupted<T: Send + 'static> {
    /// Away while it is polled: work that panics is not polled again.
    work: Option<Work<T>>,
    /// Where it was begun: its caller may be dropped anywhere.
    runtime: Option<Handle>,
}

impl<T: Send + 'static> Future for Uninterrupted<T> {
    type Output = Result<T, DbErr>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(mut work) = self.work.take() else {
            return Poll::Ready(Err(DbErr::Custom("polled after its end".to_owned())));
        };
        if self.runtime.is_none() {
            self.runtime = Handle::try_current().ok();
        }
        let answer = work.as_mut().poll(context);
        if answer.is_pending() {
            self.work = Some(work);
        }
        answer
    }
}

impl<T: Send + 'static> Drop for Uninterrupted<T> {
    fn drop(&mut self) {
        if let (Some(work), Some(runtime)) = (self.work.take(), self.runtime.take()) {
            runtime.spawn(work);
        }
    }
}
