//! The open changeset of a task.

mod carried;

pub use carried::{Carried, InCurrentChangeset};

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{Actor, Changeset, ChangesetId, ContextError, Metadata, ambient};

tokio::task_local! {
    static CURRENT: Current;
}

/// The changeset that is open in this task, if any.
///
/// ```
/// assert!(changesets_core::current().is_none());
/// ```
#[must_use]
pub fn current() -> Option<Current> {
    CURRENT.try_with(Clone::clone).ok()
}

pub(crate) async fn run<F: Future>(current: Current, work: F) -> F::Output {
    let output = CURRENT.scope(current.clone(), work).await;
    for leaver in current.take_leavers() {
        leaver.leave(&current).await;
    }
    output
}

pub(crate) fn run_sync<R>(current: Current, work: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(current, work)
}

/// Work that an adapter does when a scope ends, such as writing late edits of the metadata.
///
/// Not called when the scope's future is dropped, panics, or was a synchronous one.
pub trait OnExit: Send + Sync {
    /// The scope of `current` has ended.
    fn leave<'a>(&'a self, current: &'a Current) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

type Extensions = HashMap<(TypeId, u64), Arc<dyn Any + Send + Sync>>;

struct Inner {
    id: ChangesetId,
    created_at: DateTime<Utc>,
    parent: Option<ChangesetId>,
    metadata: Mutex<(Metadata, u64)>,
    extensions: Mutex<Extensions>,
    leavers: Mutex<Vec<(u64, Arc<dyn OnExit>)>>,
}

/// A changeset that is open. Cheap to clone; all clones are the same changeset.
#[derive(Clone)]
pub struct Current(Arc<Inner>);

impl Current {
    pub(crate) fn new(changeset: Changeset) -> Self {
        let opened = Self(Arc::new(Inner {
            id: changeset.id.unwrap_or_else(ChangesetId::generate),
            created_at: changeset.created_at.unwrap_or_else(ambient::opening_time),
            parent: changeset.parent,
            metadata: Mutex::new((changeset.metadata, 0)),
            extensions: Mutex::default(),
            leavers: Mutex::default(),
        }));
        ambient::attach(&opened);
        ambient::opened(&opened);
        opened
    }

    /// The changeset's id.
    #[must_use]
    pub fn id(&self) -> ChangesetId {
        self.0.id
    }

    /// When it began.
    #[must_use]
    pub fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The changeset it is a part of.
    #[must_use]
    pub fn parent(&self) -> Option<ChangesetId> {
        self.0.parent
    }

    /// What the header says, as of now.
    #[must_use]
    pub fn metadata(&self) -> Metadata {
        lock(&self.0.metadata).0.clone()
    }

    /// How often the metadata was edited since the changeset was opened.
    #[must_use]
    pub fn revision(&self) -> u64 {
        lock(&self.0.metadata).1
    }

    /// Sets who acts, once it is known. Reaches the header with the next recorded change, with the
    /// commit of the transaction that wrote the header, or with the end of the scope.
    pub fn set_actor(&self, actor: impl Into<Actor>) {
        self.edit(|metadata| metadata.actor = Some(actor.into()));
    }

    /// Sets why; reaches the header as [`set_actor`](Self::set_actor) does.
    pub fn set_reason(&self, reason: impl Into<String>) {
        self.edit(|metadata| metadata.reason = Some(reason.into()));
    }

    /// Adds an entry to the context; reaches the header as [`set_actor`](Self::set_actor) does.
    ///
    /// # Errors
    ///
    /// [`ContextError::TooLarge`] when the entry does not fit; the context stays as it was.
    pub fn set_context(
        &self,
        key: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<(), ContextError> {
        let mut metadata = lock(&self.0.metadata);
        metadata.0.try_context(key.into(), value.into())?;
        metadata.1 += 1;
        Ok(())
    }

    fn edit(&self, edit: impl FnOnce(&mut Metadata)) {
        let mut metadata = lock(&self.0.metadata);
        edit(&mut metadata.0);
        metadata.1 += 1;
    }

    /// State that an adapter keeps per changeset, by type and a number of its own; made on first use.
    pub fn extension<T: Any + Send + Sync>(&self, key: u64, make: impl FnOnce() -> T) -> Arc<T> {
        let place = (TypeId::of::<T>(), key);
        let known = lock(&self.0.extensions).get(&place).cloned();
        if let Some(Ok(known)) = known.map(Arc::downcast) {
            return known;
        }
        // Made without the lock, so that making one may use another; the first one stays.
        let made: Arc<dyn Any + Send + Sync> = Arc::new(make());
        let kept = Arc::clone(lock(&self.0.extensions).entry(place).or_insert(made));
        match kept.downcast() {
            Ok(kept) => kept,
            // The place is named by the type.
            Err(_) => unreachable!("an extension of another type"),
        }
    }

    /// Calls `leaver` when the scope ends; one for each `key`, the first one.
    pub fn on_exit(&self, key: u64, leaver: Arc<dyn OnExit>) {
        let mut leavers = lock(&self.0.leavers);
        if leavers.iter().all(|(known, _)| *known != key) {
            leavers.push((key, leaver));
        }
    }

    fn take_leavers(&self) -> Vec<Arc<dyn OnExit>> {
        let leavers = std::mem::take(&mut *lock(&self.0.leavers));
        leavers.into_iter().map(|(_, leaver)| leaver).collect()
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current")
            .field("id", &self.id())
            .field("parent", &self.parent())
            .finish_non_exhaustive()
    }
}

/// The data behind these locks is whole after a panic: every edit is a single assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
