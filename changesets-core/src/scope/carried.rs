//! Carrying the open changeset into other tasks.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::{CURRENT, Current, current};

/// Lets a future take the open changeset along into the task it is spawned on.
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
pub trait InCurrentChangeset: Future + Sized + sealed::Sealed {
    /// Runs this future in the changeset that is open now; in none, if none is.
    fn in_current_changeset(self) -> Carried<Self> {
        Carried::new(self, current())
    }

    /// Runs this future in `changeset`.
    fn in_changeset(self, changeset: &Current) -> Carried<Self> {
        Carried::new(self, Some(changeset.clone()))
    }
}

impl<F: Future> InCurrentChangeset for F {}

mod sealed {
    pub trait Sealed {}
    impl<F: Future> Sealed for F {}
}

/// A future that runs in the changeset it was given; see [`InCurrentChangeset`].
#[must_use = "futures do nothing unless polled"]
pub struct Carried<F> {
    work: Pin<Box<F>>,
    changeset: Option<Current>,
}

impl<F> Carried<F> {
    fn new(work: F, changeset: Option<Current>) -> Self {
        Self {
            work: Box::pin(work),
            changeset,
        }
    }
}

impl<F: Future> Future for Carried<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        match &this.changeset {
            Some(changeset) => {
                CURRENT.sync_scope(changeset.clone(), || this.work.as_mut().poll(context))
            }
            None => this.work.as_mut().poll(context),
        }
    }
}

impl<F> std::fmt::Debug for Carried<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carried")
            .field("changeset", &self.changeset)
            .finish_non_exhaustive()
    }
}
