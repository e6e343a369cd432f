//! What is left to do when a scope ends.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::Current;

/// Work that an adapter does when a scope ends, such as writing late edits of the metadata.
///
/// Not called when the scope's future is dropped, panics, or was a synchronous one.
pub trait OnExit: Send + Sync {
    /// The scope of `current` has ended.
    fn leave<'a>(&'a self, current: &'a Current) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// The end of a scope, under way: see [`Current::end`].
#[must_use = "the work left for the end of a scope is done by awaiting this"]
pub struct Ending(Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Ending {
    pub(super) fn new(current: &Current, leavers: Vec<Arc<dyn OnExit>>) -> Self {
        // Most scopes have nothing to do at their end: they pay no allocation.
        if leavers.is_empty() {
            return Self(None);
        }
        let current = current.clone();
        Self(Some(Box::pin(async move {
            for leaver in leavers {
                leaver.leave(&current).await;
            }
        })))
    }

    /// Whether there is nothing to do, or it is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.0.is_none()
    }
}

impl Future for Ending {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(work) = &mut self.0 {
            std::task::ready!(work.as_mut().poll(context));
            self.0 = None;
        }
        Poll::Ready(())
    }
}

impl fmt::Debug for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ending")
            .field("is_done", &self.is_done())
            .finish_non_exhaustive()
    }
}
