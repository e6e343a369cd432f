//! The changeset of one request, from its first to its last poll.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use changesets_core::{Current, Ending};
use http::request::Parts;
use tokio::runtime::Handle;

use super::MakeChangeset;

/// Made at once, or with its first use.
pub(super) fn open<M: MakeChangeset>(source: &Arc<M>, parts: &Parts, eager: bool) -> Current {
    if eager {
        return source.changeset(parts).open();
    }
    // The request itself goes on to the service.
    let (source, kept) = (Arc::clone(source), source.keep(parts));
    Current::lazy(move || source.changeset(&kept))
}

/// Ends the scope on every way out.
#[derive(Debug)]
pub(super) struct Open {
    current: Current,
    ending: Option<Ending>,
}

impl Open {
    pub(super) fn new(current: Current) -> Self {
        Self {
            current,
            ending: None,
        }
    }

    pub(super) fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        self.current.enter(work)
    }

    /// Drops what is in `place` inside the changeset.
    pub(super) fn clear<T>(&self, place: Pin<&mut Option<T>>) {
        self.current.drop_inside(Clear(place));
    }

    /// Does what is left for the end of the scope.
    pub(super) fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let current = &self.current;
        let ending = self.ending.get_or_insert_with(|| current.end());
        ready!(Pin::new(&mut *ending).poll(context));
        self.ending = None;
        Poll::Ready(())
    }
}

impl Drop for Open {
    /// The request was given up, or its body was not read to the end: nobody waits for the end of the
    /// scope any more, and what was committed still deserves its whole header.
    fn drop(&mut self) {
        let ending = self.ending.take().unwrap_or_else(|| self.current.end());
        if !ending.is_done()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(ending);
        }
    }
}

/// Empties a pinned place when it is dropped itself.
struct Clear<'a, T>(Pin<&'a mut Option<T>>);

impl<T> Drop for Clear<'_, T> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}
