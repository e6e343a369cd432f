//! The open changeset of a task.

mod carried;
mod current;
mod exit;

pub use carried::{Carried, InCurrentChangeset, carry};
pub use current::Current;
pub use exit::{Ending, OnExit};

use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

tokio::task_local! {
    /// `None` inside a piece of work that runs in no changeset, wherever it is called.
    static CURRENT: Option<Current>;
}

/// The changeset that is open in this task, if any.
///
/// ```
/// assert!(changesets_core::current().is_none());
/// ```
#[must_use]
pub fn current() -> Option<Current> {
    CURRENT.try_with(Clone::clone).ok().flatten()
}

/// Runs `work` in `changeset`, and in none when that is `None`.
fn enter<R>(changeset: Option<Current>, work: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(changeset, work)
}

/// Drops `value` in `changeset`, and where no task-local is left (a thread that ends) in none.
fn drop_inside<T>(changeset: Option<Current>, value: T) {
    // A future that was never polled drops what it holds; tokio does that inside the scope.
    drop(CURRENT.scope(changeset, async move { drop(value) }));
}

pub(crate) async fn run<F: Future>(current: Current, work: F) -> F::Output {
    let output = CURRENT.scope(Some(current.clone()), work).await;
    current.end().await;
    output
}

/// The data behind these locks is whole after a panic: every edit is a single assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
