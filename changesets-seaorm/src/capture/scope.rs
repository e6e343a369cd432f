//! Under which changeset a write is recorded.

use std::sync::Arc;

use changesets_core::{Changeset, Current, ambient};

use crate::{
    error::CaptureError,
    session::{Headers, Session, Ticket},
    statement::{CteBody, Main, TableWrite, Write},
    tracker::Shared,
};

/// Refuses a write outside a scope where one is required, before anything is written.
pub(super) fn check(shared: &Shared, write: &Write) -> Result<(), CaptureError> {
    if changesets_core::current().is_some() {
        return Ok(());
    }
    let strict = table_writes(write)
        .filter_map(|write| shared.tables.get(write.table))
        .find(|tracked| tracked.require_scope);
    match strict {
        Some(tracked) => Err(CaptureError::ScopeRequired {
            table: tracked.table.entity().to_owned(),
        }),
        None => Ok(()),
    }
}

/// All writes to tracked tables in one statement.
pub(super) fn table_writes(write: &Write) -> impl Iterator<Item = &TableWrite> {
    let nested = write.ctes.iter().filter_map(|cte| match &cte.body {
        CteBody::Write(write) => Some(&**write),
        _ => None,
    });
    let main = match &write.main {
        Main::Write(write) => Some(&**write),
        _ => None,
    };
    nested.chain(main)
}

/// The open changeset, or one made for this write alone.
pub(super) fn current() -> Current {
    changesets_core::current().unwrap_or_else(alone)
}

fn alone() -> Current {
    Changeset::new().open()
}

/// The header to record under in `session`.
pub(super) fn ticket(shared: &Shared, session: &Arc<Session>) -> Ticket {
    let open = changesets_core::current();
    let scoped = open.is_some();
    let current = open.unwrap_or_else(alone);
    let ticket = Headers::of(&current, shared.number).claim(&current, session, scoped);
    ambient::note(&current, ticket.id());
    ticket
}
