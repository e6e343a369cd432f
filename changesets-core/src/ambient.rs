//! What a test kit puts around a piece of code: a [`FrozenClock`] that ids and times come from, and
//! [`Witness`]es that learn which changesets the code records under.
//!
//! For adapters and their test kits; an application uses `changesets_seaorm::testing`. Without a
//! test kit it costs one look at a flag.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use std::sync::Arc;
//! use changesets_core::{Changeset, ambient::{Ambient, FrozenClock}};
//!
//! let clock = FrozenClock::at("2026-01-01T00:00:00Z".parse().unwrap());
//! let id = Ambient::here()
//!     .clock(Arc::new(clock))
//!     .scope(async { Changeset::new().open().id().to_string() })
//!     .await;
//! assert_eq!(id, "019b76da-a800-7000-8000-000000000001");
//! # });
//! ```

mod clock;
#[cfg(test)]
mod tests;
mod witness;

pub use clock::FrozenClock;
pub use witness::Witness;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{ChangesetId, Current, scope};

tokio::task_local! {
    static HERE: Ambient;
}

/// Whether anything was ever put around any code: production never pays for more than this.
static USED: AtomicBool = AtomicBool::new(false);

/// What is around a piece of code. Changesets opened in it keep it, and take it along into the tasks
/// they are [carried](crate::InCurrentChangeset) into.
#[derive(Debug, Clone, Default)]
pub struct Ambient {
    clock: Option<Arc<FrozenClock>>,
    witnesses: Vec<Arc<Witness>>,
}

impl Ambient {
    /// What is around the code that runs now: that of the task, or else of the open changeset.
    #[must_use]
    pub fn here() -> Self {
        if !USED.load(Ordering::Relaxed) {
            return Self::default();
        }
        let here = HERE.try_with(Clone::clone).unwrap_or_default();
        match here.is_empty() {
            true => scope::current().map_or(here, |current| (*Self::of(&current)).clone()),
            false => here,
        }
    }

    /// Takes ids and times from `clock`, in place of an outer one.
    #[must_use]
    pub fn clock(mut self, clock: Arc<FrozenClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Tells `witness`, as well as outer ones.
    #[must_use]
    pub fn witness(mut self, witness: Arc<Witness>) -> Self {
        self.witnesses.push(witness);
        self
    }

    /// Runs `work` with this around it.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        if !self.is_empty() {
            USED.store(true, Ordering::Relaxed);
        }
        HERE.scope(self, work).await
    }

    fn is_empty(&self) -> bool {
        self.clock.is_none() && self.witnesses.is_empty()
    }

    /// What was around `current` when it was opened.
    fn of(current: &Current) -> Arc<Self> {
        current.extension(0, Self::default)
    }
}

/// Keeps with `current`, which is being opened, what is around it.
pub(crate) fn attach(current: &Current) {
    let here = Ambient::here();
    if !here.is_empty() {
        current.extension(0, || here);
    }
}

/// Says that `current` has the id `id`, which it may hand on without recording anything itself.
pub(crate) fn opened(current: &Current, id: ChangesetId) {
    if USED.load(Ordering::Relaxed) {
        for witness in &Ambient::of(current).witnesses {
            witness.inside(id);
        }
    }
}

/// Says that a change is about to be recorded under the header `id` of `current`: its own, or a
/// continuation's. To be called where the write was called, or in what [`carry`] carries.
pub fn note(current: &Current, id: ChangesetId) {
    if !USED.load(Ordering::Relaxed) {
        return;
    }
    let opened_in = Ambient::of(current);
    for witness in &opened_in.witnesses {
        witness.inside(id);
    }
    for witness in Ambient::here().witnesses {
        if !opened_in.witnesses.iter().any(|w| Arc::ptr_eq(w, &witness)) {
            witness.passing(id);
        }
    }
}

/// Takes what is around the code that runs now along into the task that `work` will run on.
pub fn carry<F: Future>(work: F) -> impl Future<Output = F::Output> {
    HERE.scope(Ambient::here(), work)
}

/// The time: of the wall clock, or of the frozen one.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Ambient::here()
        .clock
        .map_or_else(Utc::now, |clock| clock.now())
}

/// The time of a changeset that is opened now.
pub(crate) fn opening_time() -> DateTime<Utc> {
    let clock = Ambient::here().clock;
    clock.map_or_else(Utc::now, |clock| clock.tick())
}

/// A new id.
pub(crate) fn new_id() -> Uuid {
    let clock = Ambient::here().clock;
    clock.map_or_else(Uuid::now_v7, |clock| clock.next_id())
}
