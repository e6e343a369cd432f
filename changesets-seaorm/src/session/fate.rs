//! What is known of whether a transaction still is one.

use std::sync::{Mutex, MutexGuard};

use super::lock;

/// How the database ended a transaction by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    RolledBack,
    /// MySQL, before a change of the schema.
    Committed,
}

#[derive(Debug, Default)]
pub(crate) struct Fate(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    ended: Option<Ended>,
    /// A statement failed or was given up, which may have been the end.
    failed: bool,
    /// The plain transaction was handed out: what fails there is not seen.
    shared: bool,
}

impl Fate {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        self.state().ended
    }

    pub(crate) fn end(&self, how: Ended) {
        self.state().ended = Some(how);
    }

    /// Whether the database has to be asked.
    pub(crate) fn is_doubtful(&self) -> bool {
        let state = self.state();
        state.failed || state.shared
    }

    /// A statement failed, or was given up half-way.
    pub(crate) fn doubt(&self) {
        self.state().failed = true;
    }

    /// The plain transaction is handed out.
    pub(crate) fn share(&self) {
        self.state().shared = true;
    }

    /// The transaction was found open.
    pub(crate) fn trust(&self) {
        self.state().failed = false;
    }
}
