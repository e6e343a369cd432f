//! What was captured, for those who watch: one debug event for each write of a table, in a span that
//! names the changeset.
//!
//! Never a value, nor a key: a log of events is read by more people than the history is.

use changesets_core::{Action, ChangesetId};
use tracing::{Level, Span, debug, debug_span};

use crate::{
    statement::{Main, TableWrite, Write, WriteKind},
    tracker::Shared,
};

use super::{Answer, entry::Entry, scope};

/// Entries that were recorded under `changeset`: an event for each table and action among them.
pub(super) fn entries(changeset: ChangesetId, entries: &[Entry]) {
    if !tracing::enabled!(Level::DEBUG) {
        return;
    }
    let mut counts: Vec<(&str, Action, u64)> = Vec::new();
    for entry in entries {
        let same = |(table, action, _): &&mut (&str, Action, u64)| {
            *table == entry.entity && *action == entry.action
        };
        match counts.iter_mut().find(same) {
            Some((_, _, rows)) => *rows += 1,
            None => counts.push((&entry.entity, entry.action, 1)),
        }
    }
    let span = span(changeset);
    for (table, action, rows) in counts {
        event(&span, table, action, Some(rows));
    }
}

/// A write that recorded itself on the server, which tells no more than what the caller asked for.
pub(super) fn statement(changeset: ChangesetId, shared: &Shared, write: &Write, answer: &Answer) {
    if !tracing::enabled!(Level::DEBUG) {
        return;
    }
    let span = span(changeset);
    let rows = match answer {
        Answer::Executed(result) => result.rows_affected(),
        Answer::Rows(rows) => rows.len() as u64,
    };
    for target in scope::table_writes(write) {
        let is_main = matches!(&write.main, Main::Write(main) if std::ptr::eq(&**main, target));
        let tells = target.returning.is_some() || matches!(answer, Answer::Executed(_));
        let rows = (is_main && tells).then_some(rows);
        if rows != Some(0) {
            let table = shared.tables[target.table].table.entity();
            event(&span, table, action(target), rows);
        }
    }
}

/// A write of one table that counted its changes.
pub(super) fn counted(changeset: ChangesetId, shared: &Shared, target: &TableWrite, rows: u64) {
    if rows > 0 && tracing::enabled!(Level::DEBUG) {
        let table = shared.tables[target.table].table.entity();
        event(&span(changeset), table, action(target), Some(rows));
    }
}

fn action(target: &TableWrite) -> Action {
    match &target.kind {
        WriteKind::Insert(_) => Action::Insert,
        WriteKind::Update(_) => Action::Update,
        WriteKind::Delete(_) => Action::Delete,
    }
}

fn span(changeset: ChangesetId) -> Span {
    debug_span!("changeset", id = %changeset)
}

fn event(span: &Span, table: &str, action: Action, rows: Option<u64>) {
    debug!(parent: span, table, action = action.as_str(), rows, "captured a write");
}
