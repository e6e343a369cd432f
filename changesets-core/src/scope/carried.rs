//! Carrying the open changeset into other tasks and threads.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::{Current, current, drop_inside, enter};

/// Lets a future or a stream take the open changeset along into the task it is spawned on.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use changesets_core::{Changeset, InCurrentChangeset, current};
///
/// Changeset::new()
///     .scope(async {
///         let here = current().map(|changeset| changeset.id());
///         let work = async { current().map(|changeset| changeset.id()) };
///         let there = tokio::spawn(work.in_current_changeset()).await.unwrap();
///         assert_eq!(here, there);
///     })
///     .await;
/// # });
/// ```
///
/// With a `JoinSet`, each task takes it along; with `spawn_blocking` and threads, [`carry`] does:
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use changesets_core::{Changeset, InCurrentChangeset, current};
/// use tokio::task::JoinSet;
///
/// let ids = Changeset::new()
///     .scope(async {
///         let mut tasks = JoinSet::new();
///         for _ in 0..3 {
///             tasks.spawn(async { current().map(|here| here.id()) }.in_current_changeset());
///         }
///         let mut ids = tasks.join_all().await;
///         ids.push(current().map(|here| here.id()));
///         ids
///     })
///     .await;
/// assert!(ids.iter().all(|id| id.is_some() && *id == ids[0]));
/// # });
/// ```
///
/// A stream is polled in the changeset, whoever polls it and wherever:
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use changesets_core::{Changeset, InCurrentChangeset, current};
/// use futures_util::{StreamExt, stream};
///
/// let rows = stream::iter(0..2).map(|_| current().and_then(|here| here.metadata().actor));
/// let rows = Changeset::new().actor("user:42").sync_scope(|| rows.in_current_changeset());
/// let actors: Vec<_> = rows.map(|actor| actor.map(|actor| actor.id)).collect().await;
/// assert_eq!(actors, [Some("user:42".to_owned()), Some("user:42".to_owned())]);
/// # });
/// ```
///
/// The scope does not wait for carried work. What a task writes after the scope has ended is recorded
/// under the changeset all the same; edits of the metadata that it makes after its own last write then
/// stay out of the header. Work that goes on for long is better off as a changeset of its own, see
/// [`Changeset::parent`](crate::Changeset::parent).
pub trait InCurrentChangeset: Sized + sealed::Sealed {
    /// Runs this future or stream in the changeset that is open now; when none is, in the one that is
    /// open where it runs.
    fn in_current_changeset(self) -> Carried<Self> {
        Carried::new(self, current())
    }

    /// Runs this future or stream in `changeset`.
    fn in_changeset(self, changeset: &Current) -> Carried<Self> {
        Carried::new(self, Some(changeset.clone()))
    }
}

impl<T> InCurrentChangeset for T {}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for T {}
}

/// Lets a closure take the open changeset along to another thread, such as one of `spawn_blocking`.
/// When none is open, the closure runs as it is.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use changesets_core::{Changeset, carry, current};
///
/// Changeset::new()
///     .scope(async {
///         let here = current().map(|changeset| changeset.id());
///         let work = || current().map(|changeset| changeset.id());
///         let there = tokio::task::spawn_blocking(carry(work)).await.unwrap();
///         assert_eq!(here, there);
///     })
///     .await;
/// # });
/// ```
pub fn carry<R>(work: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let changeset = current();
    move || match changeset {
        Some(changeset) => enter(Some(changeset), work),
        None => work(),
    }
}

/// A future or stream that runs in the changeset it was given; see [`InCurrentChangeset`].
#[must_use = "futures and streams do nothing unless polled"]
pub struct Carried<T> {
    /// `None` only while it is dropped.
    work: Option<Pin<Box<T>>>,
    changeset: Option<Current>,
}

impl<T> Carried<T> {
    fn new(work: T, changeset: Option<Current>) -> Self {
        Self {
            work: Some(Box::pin(work)),
            changeset,
        }
    }

    fn poll_inside<R>(&mut self, poll: impl FnOnce(Pin<&mut T>) -> Poll<R>) -> Poll<R> {
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        match &self.changeset {
            Some(changeset) => enter(Some(changeset.clone()), || poll(work.as_mut())),
            None => poll(work.as_mut()),
        }
    }
}

impl<F: Future> Future for Carried<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_inside(|work| work.poll(context))
    }
}

impl<S: Stream> Stream for Carried<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.poll_inside(|work| work.poll_next(context))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.work
            .as_ref()
            .map_or((0, None), |work| work.size_hint())
    }
}

impl<T> Drop for Carried<T> {
    fn drop(&mut self) {
        // As a scope does: what is dropped with the work is dropped in its changeset.
        if let Some(changeset) = self.changeset.take() {
            drop_inside(Some(changeset), self.work.take());
        }
    }
}

impl<T> std::fmt::Debug for Carried<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carried")
            .field("changeset", &self.changeset)
            .finish_non_exhaustive()
    }
}
