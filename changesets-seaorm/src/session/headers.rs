//! The header rows of one changeset in one log.
//!
//! A header's id is unique, so a second transaction that inserted the same one would wait for the
//! first to end. Instead it continues under a header of its own whose parent is the first. The
//! `INSERT` leaves an existing row alone, so that writing a header twice is always safe: a header is
//! only ever *not* written when it is known to be there.

use std::sync::{Arc, Mutex};

use changesets_core::{ChangesetId, Current, Metadata};
use chrono::{DateTime, Utc};

use super::{Session, SessionId, lock};

/// What is known of a header row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not there, as far as we know.
    Absent,
    /// One session has it for itself, and may have written it.
    Claimed(SessionId),
    /// Written by a session that has not committed yet.
    Written(SessionId),
    /// There for good.
    Committed,
}

#[derive(Debug)]
struct Slot {
    id: ChangesetId,
    parent: Option<ChangesetId>,
    state: State,
    /// A statement that committed may have written the row, and did not tell: it is written again,
    /// and edited as if it were there.
    maybe: bool,
    /// Such a statement is in the session that claimed the row.
    untold: bool,
    /// How many statements may have written the row and did not tell.
    unsure: u32,
    /// When there are so many of them, it is worth asking for the row.
    asks_at: u32,
    /// How many edits of the metadata the row holds.
    edits: u64,
    /// The session that is bringing the row up to `edits`, and from what.
    editing: Option<(SessionId, u64)>,
}

/// To send the row along costs a statement about a third of what it costs to ask for the row.
const ASKS_FIRST_AT: u32 = 3;
/// After a question in vain, it takes so many times as many: these statements seem to change nothing.
const ASKS_AGAIN_AT: u32 = 8;

/// Whether a write left change rows, and with them its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    Nothing,
    /// The statement decided on the server, and did not tell.
    Unknown,
    Rows,
}

/// A header row, ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct HeaderRow {
    pub(crate) id: ChangesetId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) parent: Option<ChangesetId>,
    pub(crate) metadata: Metadata,
}

/// All header rows one changeset needs in one log: the first, and its continuations.
#[derive(Debug)]
pub(crate) struct Headers {
    slots: Mutex<Vec<Slot>>,
}

impl Headers {
    /// The headers of `current` in the log numbered `log`.
    pub(crate) fn of(current: &Current, log: u64) -> Arc<Self> {
        current.extension(log, || Self {
            slots: Mutex::new(vec![Slot::new(current.id(), current.parent())]),
        })
    }

    /// The header to record under in `session`. Unless it is `scoped`, the changeset is for one write: nobody
    /// will edit it, or ask for its header again.
    pub(crate) fn claim(
        self: &Arc<Self>,
        current: &Current,
        session: &Arc<Session>,
        scoped: bool,
    ) -> Ticket {
        if scoped {
            session.touch(self, current);
        }
        let revision = current.revision();
        let mut slots = lock(&self.slots);
        let index = slots
            .iter()
            .position(|slot| slot.serves(session.id()))
            .unwrap_or_else(|| {
                let first = slots.first().map(|slot| slot.id);
                slots.push(Slot::new(ChangesetId::generate(), first));
                slots.len() - 1
            });
        let slot = &mut slots[index];
        let insert = !matches!(slot.state, State::Written(_) | State::Committed);
        let fresh = slot.state == State::Absent;
        if fresh {
            slot.state = State::Claimed(session.id());
        }
        let ask = insert && slot.is_worth_asking();
        let there = !insert || slot.maybe || slot.untold;
        let edit = there && slot.start_edit(session.id(), revision);
        if insert {
            slot.edits = revision;
        }
        let (id, parent) = (slot.id, slot.parent);
        drop(slots);
        if edit {
            session.mark(self, id);
        }
        Ticket {
            headers: Arc::clone(self),
            session: Arc::clone(session),
            fresh,
            insert,
            ask,
            edit,
            row: HeaderRow::new(current, id, parent),
        }
    }

    /// Rows that lack the latest edits of the metadata and that `session` can bring up to date:
    /// its own, or committed ones nobody else is at.
    pub(crate) fn outdated(
        self: &Arc<Self>,
        current: &Current,
        session: &Arc<Session>,
    ) -> Vec<HeaderRow> {
        let revision = current.revision();
        let mut rows = Vec::new();
        for slot in lock(&self.slots).iter_mut() {
            let within_reach = match slot.state {
                State::Written(owner) => owner == session.id(),
                State::Committed => true,
                State::Claimed(owner) => owner == session.id() && slot.untold,
                State::Absent => slot.maybe,
            };
            if within_reach && slot.start_edit(session.id(), revision) {
                rows.push(HeaderRow::new(current, slot.id, slot.parent));
            }
        }
        if !rows.is_empty() {
            session.touch(self, current);
        }
        for row in &rows {
            session.mark(self, row.id);
        }
        rows
    }

    /// `session` ended.
    pub(crate) fn end(&self, session: SessionId, committed: bool) {
        for slot in lock(&self.slots).iter_mut() {
            if slot.state == State::Claimed(session) {
                slot.maybe |= committed && slot.untold;
                slot.untold = false;
            }
            slot.state = match slot.state {
                State::Written(owner) if owner == session && committed => State::Committed,
                State::Written(owner) | State::Claimed(owner) if owner == session => State::Absent,
                other => other,
            };
            if let Some((owner, before)) = slot.editing
                && owner == session
            {
                slot.editing = None;
                if !committed {
                    slot.edits = before;
                }
            }
        }
    }

    /// A savepoint that wrote or edited header `id` was rolled back.
    pub(super) fn undo(&self, id: ChangesetId) {
        for slot in lock(&self.slots).iter_mut().filter(|slot| slot.id == id) {
            if let State::Written(owner) = slot.state {
                slot.state = State::Claimed(owner);
            }
            if let Some((_, before)) = slot.editing.take() {
                slot.edits = before;
            }
        }
    }

    /// The row may have been written by the session that claimed it.
    fn leave_untold(&self, session: SessionId, id: ChangesetId) {
        for slot in lock(&self.slots).iter_mut().filter(|slot| slot.id == id) {
            slot.untold |= slot.state == State::Claimed(session);
            slot.unsure = slot.unsure.saturating_add(1);
        }
    }

    /// The row is there: written by `session`, unless a statement that committed may have been the one.
    /// Says whether it is for `session` to mind.
    fn found(&self, session: SessionId, id: ChangesetId) -> bool {
        let mut slots = lock(&self.slots);
        let claimed = |slot: &&mut Slot| slot.id == id && slot.state == State::Claimed(session);
        let Some(slot) = slots.iter_mut().find(claimed) else {
            return false;
        };
        let committed = slot.maybe && !slot.untold;
        slot.state = match committed {
            true => State::Committed,
            false => State::Written(session),
        };
        !committed
    }

    fn settle(&self, session: SessionId, id: ChangesetId, state: State) -> bool {
        let mut settled = false;
        for slot in lock(&self.slots).iter_mut().filter(|slot| slot.id == id) {
            if slot.state == State::Claimed(session) {
                slot.state = state;
                settled = true;
            }
        }
        settled
    }
}

impl Slot {
    fn new(id: ChangesetId, parent: Option<ChangesetId>) -> Self {
        Self {
            id,
            parent,
            state: State::Absent,
            maybe: false,
            untold: false,
            unsure: 0,
            asks_at: ASKS_FIRST_AT,
            edits: 0,
            editing: None,
        }
    }

    fn serves(&self, session: SessionId) -> bool {
        match self.state {
            State::Absent | State::Committed => true,
            State::Claimed(owner) | State::Written(owner) => owner == session,
        }
    }

    fn is_worth_asking(&mut self) -> bool {
        let asks = self.unsure >= self.asks_at;
        if asks {
            self.asks_at = self.asks_at.saturating_mul(ASKS_AGAIN_AT);
        }
        asks
    }

    fn start_edit(&mut self, session: SessionId, revision: u64) -> bool {
        if self.edits >= revision || self.editing.is_some_and(|(owner, _)| owner != session) {
            return false;
        }
        let before = self.editing.map_or(self.edits, |(_, before)| before);
        self.editing = Some((session, before));
        self.edits = revision;
        true
    }
}

impl HeaderRow {
    pub(crate) fn new(current: &Current, id: ChangesetId, parent: Option<ChangesetId>) -> Self {
        Self {
            id,
            parent,
            created_at: current.created_at(),
            metadata: current.metadata(),
        }
    }
}

/// A header to record under, and what to do about its row.
#[derive(Debug)]
pub(crate) struct Ticket {
    headers: Arc<Headers>,
    session: Arc<Session>,
    /// This ticket is the one that claimed the header.
    fresh: bool,
    /// The row must be inserted (unless it is there) before or with the first change.
    pub(crate) insert: bool,
    /// Whether it may well be there.
    pub(crate) ask: bool,
    /// The row is there but lacks edits of the metadata.
    pub(crate) edit: bool,
    pub(crate) row: HeaderRow,
}

impl Ticket {
    pub(crate) fn id(&self) -> ChangesetId {
        self.row.id
    }

    /// The row is there.
    pub(crate) fn found(&mut self) {
        self.insert = false;
        if self.headers.found(self.session.id(), self.id()) {
            self.session.mark(&self.headers, self.id());
        }
    }

    /// Says what became of the write. A ticket that is never settled leaves the header claimed until
    /// the session ends, which is safe: it is written again.
    pub(crate) fn settle(self, recorded: Recorded) {
        let session = self.session.id();
        match recorded {
            Recorded::Rows => {
                if self
                    .headers
                    .settle(session, self.id(), State::Written(session))
                {
                    self.session.mark(&self.headers, self.id());
                }
            }
            // An earlier statement of this session may have written the header without telling.
            Recorded::Nothing if self.fresh => {
                self.headers.settle(session, self.id(), State::Absent);
            }
            Recorded::Unknown => self.headers.leave_untold(session, self.id()),
            Recorded::Nothing => {}
        }
    }
}
