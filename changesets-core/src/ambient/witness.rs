//! Which changesets a piece of code records under.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::ChangesetId;

/// Learns which changesets a piece of code opens, and under which it records.
#[derive(Debug, Default)]
pub struct Witness {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    inside: HashSet<ChangesetId>,
    passing: HashSet<ChangesetId>,
}

impl Witness {
    /// One that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the changeset was opened inside the code, or continues one that was: whatever it
    /// changed, and what was opened in it, is the code's.
    #[must_use]
    pub fn opened(&self, id: ChangesetId) -> bool {
        self.seen().inside.contains(&id)
    }

    /// Whether the code recorded under it, though it was opened earlier: what it changed before the
    /// code ran is not the code's.
    #[must_use]
    pub fn passed(&self, id: ChangesetId) -> bool {
        self.seen().passing.contains(&id)
    }

    pub(super) fn inside(&self, id: ChangesetId) {
        self.seen().inside.insert(id);
    }

    pub(super) fn passing(&self, id: ChangesetId) {
        self.seen().passing.insert(id);
    }

    /// Whole after a panic: every edit is a single insertion.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
