//! An open changeset.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, OnceLock},
};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{Actor, Changeset, ChangesetId, ContextError, Metadata};

use super::{Ending, OnExit, drop_inside, enter, lock};

type Extensions = HashMap<(TypeId, u64), Arc<dyn Any + Send + Sync>>;

/// What a changeset is, once something asks.
struct Opened {
    id: ChangesetId,
    created_at: DateTime<Utc>,
    parent: Option<ChangesetId>,
    metadata: Mutex<(Metadata, u64)>,
}

impl Opened {
    fn new(changeset: Changeset, outer: Option<&Current>) -> Self {
        Self {
            id: changeset.id.unwrap_or_else(ChangesetId::generate),
            created_at: changeset.created_at.unwrap_or_else(Utc::now),
            parent: changeset.parent.or_else(|| outer.map(Current::id)),
            metadata: Mutex::new((changeset.metadata, 0)),
        }
    }
}

/// How to make the changeset, where it waits for the first use.
struct Waiting {
    make: Box<dyn Fn() -> Changeset + Send + Sync>,
    outer: Option<Current>,
}

struct Inner {
    opened: OnceLock<Opened>,
    waiting: Option<Waiting>,
    extensions: Mutex<Extensions>,
    leavers: Mutex<Vec<(u64, Arc<dyn OnExit>)>>,
}

/// A changeset that is open. Cheap to clone; all clones are the same changeset.
#[derive(Clone)]
pub struct Current(Arc<Inner>);

impl Current {
    pub(crate) fn new(changeset: Changeset) -> Self {
        let outer = match changeset.parent {
            Some(_) => None,
            None => super::current(),
        };
        let opened = Opened::new(changeset, outer.as_ref());
        Self::with(OnceLock::from(opened), None)
    }

    fn with(opened: OnceLock<Opened>, waiting: Option<Waiting>) -> Self {
        Self(Arc::new(Inner {
            opened,
            waiting,
            extensions: Mutex::default(),
            leavers: Mutex::default(),
        }))
    }

    /// A changeset that `make` describes once it is needed: by the first write, or by whoever asks
    /// for its id or metadata, or edits them. Until then it costs next to nothing, so that it can be
    /// opened around work that seldom writes, such as a `GET` request.
    ///
    /// Its id and time are those of the first use, its parent is the changeset that is open now.
    /// `make` runs in that one too, and at most once; when it panics, so does the use, and the next
    /// use tries again.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use changesets_core::{Changeset, Current, current};
    ///
    /// let lazy = Current::lazy(|| Changeset::new().actor("user:42"));
    /// lazy.clone().scope(async { assert!(current().is_some()) }).await;
    /// assert!(!lazy.is_used(), "nothing was written");
    /// # });
    /// ```
    #[must_use]
    pub fn lazy(make: impl Fn() -> Changeset + Send + Sync + 'static) -> Self {
        let waiting = Waiting {
            make: Box::new(make),
            outer: super::current(),
        };
        Self::with(OnceLock::new(), Some(waiting))
    }

    /// Whether the changeset has been made: always, but for a [`lazy`](Self::lazy) one that nothing
    /// has used yet.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.0.opened.get().is_some()
    }

    fn opened(&self) -> &Opened {
        self.0.opened.get_or_init(|| match &self.0.waiting {
            Some(Waiting { make, outer }) => {
                // Not in this changeset: one that asked for itself would wait for ever.
                let changeset = enter(outer.clone(), make);
                Opened::new(changeset, outer.as_ref())
            }
            None => Opened::new(Changeset::new(), None),
        })
    }

    /// The changeset's id.
    #[must_use]
    pub fn id(&self) -> ChangesetId {
        self.opened().id
    }

    /// When it began.
    #[must_use]
    pub fn created_at(&self) -> DateTime<Utc> {
        self.opened().created_at
    }

    /// The changeset it is a part of.
    #[must_use]
    pub fn parent(&self) -> Option<ChangesetId> {
        self.opened().parent
    }

    /// What the header says, as of now.
    #[must_use]
    pub fn metadata(&self) -> Metadata {
        lock(&self.opened().metadata).0.clone()
    }

    /// How often the metadata was edited since the changeset was opened.
    #[must_use]
    pub fn revision(&self) -> u64 {
        match self.0.opened.get() {
            Some(opened) => lock(&opened.metadata).1,
            None => 0,
        }
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
        let mut metadata = lock(&self.opened().metadata);
        metadata.0.try_context(key.into(), value.into())?;
        metadata.1 += 1;
        Ok(())
    }

    fn edit(&self, edit: impl FnOnce(&mut Metadata)) {
        let mut metadata = lock(&self.opened().metadata);
        edit(&mut metadata.0);
        metadata.1 += 1;
    }

    /// Runs `work` with this changeset open, then what is left for the end of the scope.
    ///
    /// # Cancel safety
    ///
    /// As [`Changeset::scope`].
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        super::run(self, work).await
    }

    /// Runs `work` with this changeset open, and does not end it: for adapters that poll a piece of
    /// work inside the changeset many times, and call [`end`](Self::end) after the last.
    pub fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        enter(Some(self.clone()), work)
    }

    /// Drops `value` with this changeset open, so that what happens on its drop belongs to it.
    pub fn drop_inside<T>(&self, value: T) {
        drop_inside(Some(self.clone()), value);
    }

    /// Does what was left for the end of the scope with [`on_exit`](Self::on_exit), and forgets it:
    /// what is left after this call waits for the next one.
    ///
    /// # Cancel safety
    ///
    /// What was not done yet when the future is dropped is not done.
    pub fn end(&self) -> Ending {
        let leavers = std::mem::take(&mut *lock(&self.0.leavers));
        let leavers = leavers.into_iter().map(|(_, leaver)| leaver).collect();
        Ending::new(self, leavers)
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
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Looking at a changeset must not make it.
        let opened = self.0.opened.get();
        f.debug_struct("Current")
            .field("id", &opened.map(|opened| opened.id))
            .field("parent", &opened.and_then(|opened| opened.parent))
            .finish_non_exhaustive()
    }
}
