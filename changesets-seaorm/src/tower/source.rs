//! Where the changeset of a request comes from.

use std::fmt;

use changesets_core::Changeset;
use http::request::Parts;

use super::RequestContext;

/// Makes the changeset of a request without waiting for anything.
pub trait MakeChangeset: sealed::Sealed + Send + Sync + 'static {
    /// The changeset of the request with these parts.
    #[doc(hidden)]
    fn changeset(&self, parts: &Parts) -> Changeset;

    /// What must be kept of `parts` to make it later.
    #[doc(hidden)]
    fn keep(&self, parts: &Parts) -> Parts {
        parts.clone()
    }
}

impl MakeChangeset for RequestContext {
    fn changeset(&self, parts: &Parts) -> Changeset {
        self.changeset(parts)
    }

    fn keep(&self, parts: &Parts) -> Parts {
        self.keep(parts)
    }
}

type Function = dyn Fn(&Parts) -> Changeset + Send + Sync;

/// A function from the request's parts to its changeset; see
/// [`ChangesetLayer::new`](super::ChangesetLayer::new).
pub struct Made(Box<Function>);

impl Made {
    pub(super) fn by(make: impl Fn(&Parts) -> Changeset + Send + Sync + 'static) -> Self {
        Self(Box::new(make))
    }
}

impl MakeChangeset for Made {
    fn changeset(&self, parts: &Parts) -> Changeset {
        (self.0)(parts)
    }
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Made").finish_non_exhaustive()
    }
}

/// An async function from the request's parts to its changeset; see
/// [`ChangesetLayer::new_async`](super::ChangesetLayer::new_async).
pub struct Awaited<F>(pub(super) F);

impl<F> fmt::Debug for Awaited<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Awaited").finish_non_exhaustive()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::RequestContext {}
    impl Sealed for super::Made {}
}
