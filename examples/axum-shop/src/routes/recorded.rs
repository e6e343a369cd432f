//! What is on record, as clients see it.

use changesets_seaorm::{
    Entry,
    history::{LinkChange, LinkEvent},
    log::changeset,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Actor {
    id: String,
    /// A name to show.
    label: Option<String>,
}

/// A change of one row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Change {
    id: i64,
    changeset: Uuid,
    at: DateTime<Utc>,
    /// Absent when nobody was logged in.
    actor: Option<Actor>,
    reason: Option<String>,
    entity: String,
    key: String,
    /// `insert`, `update` or `delete`.
    action: String,
    /// The values: `[old, new]` for an update, the value itself for an insert or a delete.
    #[schema(value_type = Object)]
    diff: Value,
    /// Other objects that it linked or unlinked.
    links: Vec<Link>,
}

/// A link that came or went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Link {
    /// `added`, `removed` or `changed`.
    event: &'static str,
    entity: String,
    key: String,
}

/// What was changed together, by one request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changeset {
    id: Uuid,
    at: DateTime<Utc>,
    actor: Option<Actor>,
    reason: Option<String>,
    /// The request: its method, path, id, and where it came from.
    #[schema(value_type = Object)]
    context: Value,
    /// The changeset inside which this one was opened.
    parent: Option<Uuid>,
}

impl From<Entry> for Change {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id(),
            changeset: entry.changeset_id().as_uuid(),
            at: entry.at(),
            actor: actor(entry.changeset()),
            reason: entry.reason().map(ToOwned::to_owned),
            entity: entry.entity().to_owned(),
            key: entry.key().to_string(),
            action: entry.action().to_string(),
            diff: Value::Object(entry.diff().as_map().clone()),
            links: entry.links().iter().map(Link::from).collect(),
        }
    }
}

impl From<&LinkChange> for Link {
    fn from(link: &LinkChange) -> Self {
        Self {
            event: match link.event {
                LinkEvent::Added => "added",
                LinkEvent::Removed => "removed",
                _ => "changed",
            },
            entity: link.entity.clone(),
            key: link.key.to_string(),
        }
    }
}

impl From<changeset::Model> for Changeset {
    fn from(header: changeset::Model) -> Self {
        Self {
            id: header.id,
            at: header.created_at,
            actor: actor(&header),
            reason: header.reason,
            context: header.context,
            parent: header.parent_id,
        }
    }
}

fn actor(header: &changeset::Model) -> Option<Actor> {
    Some(Actor {
        id: header.actor.clone()?,
        label: header.actor_label.clone(),
    })
}
