//! Dropping a future in the middle.

use std::{future::Future, pin::pin, task::Poll};

/// Polls `work` to its end, or `patience` times, and then drops it: `None`.
pub(crate) async fn after<F: Future>(patience: Option<u32>, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut polls = 0;
    std::future::poll_fn(|context| {
        if patience.is_some_and(|patience| polls >= patience) {
            return Poll::Ready(None);
        }
        polls += 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}
