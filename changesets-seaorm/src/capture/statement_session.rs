//! The session of a statement that begins and ends its own unit.

use std::sync::Arc;

use crate::session::Session;

/// Whether the statement can fail alone, within the open transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nested {
    Yes,
    No,
}

/// The session a statement belongs to. One made for the statement ends with it, as does the level of a
/// nested one: not committed when the statement failed or its future was dropped.
pub(super) struct StatementSession {
    pub(super) session: Arc<Session>,
    ends: bool,
    pub(super) committed: bool,
}

impl StatementSession {
    pub(super) fn of(open: Option<&Arc<Session>>, nested: Nested) -> Self {
        let session = open.map_or_else(|| Session::begin(None), Arc::clone);
        let nested = open.is_some() && nested == Nested::Yes;
        if nested {
            session.push();
        }
        Self {
            session,
            ends: nested || open.is_none(),
            committed: false,
        }
    }
}

impl Drop for StatementSession {
    fn drop(&mut self) {
        if !self.committed {
            self.session.fate().doubt();
        }
        if self.ends {
            self.session.pop(self.committed);
        }
    }
}
