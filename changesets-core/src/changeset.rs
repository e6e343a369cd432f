//! A changeset, before it is opened.

use std::{fmt, future::Future, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Actor, ContextError, Current, Metadata, Origin, scope};

/// Names a changeset: a UUID of version 7, made by the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangesetId(Uuid);

impl ChangesetId {
    /// A new id.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id as a UUID.
    #[must_use]
    pub fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for ChangesetId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for ChangesetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ChangesetId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// Who changes what, and why: opened around a piece of work with [`scope`](Self::scope).
///
/// ```
/// use changesets_core::{Actor, Changeset};
///
/// let changeset = Changeset::new()
///     .actor(Actor::new("user:42").label("Ann"))
///     .reason("spring sale")
///     .context("ip", "203.0.113.7");
/// # let _ = changeset;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a changeset does nothing until it is opened with `scope`"]
pub struct Changeset {
    pub(crate) id: Option<ChangesetId>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) parent: Option<ChangesetId>,
    pub(crate) metadata: Metadata,
}

impl Changeset {
    /// A changeset with no actor. It gets its id and time when it is opened, so that a clone opened
    /// later is another changeset.
    pub fn new() -> Self {
        Self {
            id: None,
            created_at: None,
            parent: None,
            metadata: Metadata::default(),
        }
    }

    /// Sets who acts.
    pub fn actor(mut self, actor: impl Into<Actor>) -> Self {
        self.metadata.actor = Some(actor.into());
        self
    }

    /// Sets why.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.metadata.reason = Some(reason.into());
        self
    }

    /// Adds an entry to the context.
    ///
    /// An entry that does not fit ([`MAX_CONTEXT_BYTES`](crate::MAX_CONTEXT_BYTES)) is replaced by
    /// `"(too large)"`; use [`try_context`](Self::try_context) to learn of it.
    pub fn context(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let key = key.into();
        if self
            .metadata
            .try_context(key.clone(), value.into())
            .is_err()
        {
            // What does not fit even so is left out: the context is full.
            let _ = self.metadata.try_context(key, "(too large)".into());
        }
        self
    }

    /// Adds an entry to the context.
    ///
    /// # Errors
    ///
    /// [`ContextError::TooLarge`] when the entry does not fit.
    pub fn try_context(
        mut self,
        key: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Self, ContextError> {
        self.metadata.try_context(key.into(), value.into())?;
        Ok(self)
    }

    /// Sets where the changeset comes from; by default the application.
    pub fn origin(mut self, origin: Origin) -> Self {
        self.metadata.origin = origin;
        self
    }

    /// Sets the time; by default that of opening it.
    pub fn created_at(mut self, at: DateTime<Utc>) -> Self {
        self.created_at = Some(at);
        self
    }

    /// Sets the id; by default a new one.
    pub fn id(mut self, id: ChangesetId) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the changeset that this one is a part of; by default the one it is opened in.
    ///
    /// A job that outlives the request that started it has a changeset of its own, with the request's
    /// as parent:
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use changesets_core::{Changeset, current};
    ///
    /// let (request, job) = Changeset::new()
    ///     .actor("user:42")
    ///     .scope(async {
    ///         let request = current().unwrap().id();
    ///         // In a queue the parent travels with the job, as text.
    ///         let job = Changeset::new().actor("job:reindex").parent(request);
    ///         let work = async { current().and_then(|job| job.parent()) };
    ///         (request, tokio::spawn(job.scope(work)))
    ///     })
    ///     .await;
    /// assert_eq!(job.await.unwrap(), Some(request));
    /// # });
    /// ```
    pub fn parent(mut self, parent: ChangesetId) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Runs `work` with this changeset open: what it writes is recorded under it.
    ///
    /// A scope inside another is a changeset of its own, whose parent is the outer one. The scope
    /// belongs to the task: a spawned task is outside it unless the changeset is carried along with
    /// [`in_current_changeset`](crate::InCurrentChangeset::in_current_changeset).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the scope; edits of the metadata made after the last recorded
    /// change may then be missing from the header.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        scope::run(self.open(), work).await
    }

    /// Runs `work` with this changeset open, without a future.
    pub fn sync_scope<R>(self, work: impl FnOnce() -> R) -> R {
        self.open().enter(work)
    }

    /// Opens the changeset without making it the current one, for adapters that carry it themselves.
    #[must_use]
    pub fn open(self) -> Current {
        Current::new(self)
    }
}

impl Default for Changeset {
    fn default() -> Self {
        Self::new()
    }
}
