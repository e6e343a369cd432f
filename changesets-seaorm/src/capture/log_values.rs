//! The values of the log's rows, in the order of its columns.

use changesets_core::ambient;
use sea_orm::Value;

use crate::session::{HeaderRow, Ticket};

pub(super) const HEADER: [&str; 8] = [
    "id",
    "created_at",
    "actor",
    "actor_label",
    "reason",
    "context",
    "parent_id",
    "origin",
];
pub(super) const CHANGE: [&str; 6] = [
    "changeset_id",
    "recorded_at",
    "entity",
    "object_key",
    "action",
    "diff",
];
pub(super) const CHANGE_REF: [&str; 4] = ["change_id", "entity", "object_key", "role"];

/// The characters that MySQL's `object_key` holds.
pub(super) const MYSQL_KEY_LENGTH: usize = 400;

/// How many values all changes of one statement share: the first of [`CHANGE`].
pub(super) const SHARED_VALUES: usize = 2;

/// The values of a statement that also records: of the header, if it writes that, and those that its
/// changes share.
pub(super) fn values(ticket: &Ticket) -> impl Iterator<Item = Value> {
    let header = ticket.insert.then(|| header_values(&ticket.row));
    let shared: [Value; SHARED_VALUES] = [ticket.id().as_uuid().into(), ambient::now().into()];
    header.into_iter().flatten().chain(shared)
}

/// One for each column of [`HEADER`].
pub(super) fn header_values(row: &HeaderRow) -> [Value; HEADER.len()] {
    let [actor, label, reason, context, origin] = metadata(row);
    [
        row.id.as_uuid().into(),
        row.created_at.into(),
        actor,
        label,
        reason,
        context,
        row.parent.map(|parent| parent.as_uuid()).into(),
        origin,
    ]
}

/// Actor, label, reason, context and origin as values.
pub(super) fn metadata(row: &HeaderRow) -> [Value; 5] {
    let actor = row.metadata.actor.as_ref();
    [
        actor.map(|actor| actor.id.clone()).into(),
        actor.and_then(|actor| actor.label.clone()).into(),
        row.metadata.reason.clone().into(),
        serde_json::Value::Object(row.metadata.context.clone()).into(),
        row.metadata.origin.as_str().to_owned().into(),
    ]
}
