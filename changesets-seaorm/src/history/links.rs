//! Links that come and go: the changes of junctions, seen from their ends.

use std::collections::HashMap;

use changesets_core::{Action, Change, LogTables, ObjectKey};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};
use serde_json::Value as Json;

use super::{IN_LIST, error::HistoryError};
use crate::log::{change_ref, select_change_refs};

/// What happened to a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkEvent {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It stayed, and what the junction says about it changed.
    Changed,
}

/// A link to another object that was added, removed or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkChange {
    /// What happened to it.
    pub event: LinkEvent,
    /// The entity of the object at the other end.
    pub entity: String,
    /// Its key.
    pub key: ObjectKey,
    /// What it is to the link: the junction's columns that point to it.
    pub role: String,
}

/// On which side of a change a reference stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The link had this end before the change only.
    Before,
    /// The link has this end after the change only.
    After,
    /// Both before and after.
    Both,
}

impl Side {
    const fn event(self) -> LinkEvent {
        match self {
            Self::Before => LinkEvent::Removed,
            Self::After => LinkEvent::Added,
            Self::Both => LinkEvent::Changed,
        }
    }

    /// The side a link has whose ends stand on these two, if there is such a link.
    const fn link(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Both, side) | (side, Self::Both) => Some(side),
            (Self::Before, Self::Before) => Some(Self::Before),
            (Self::After, Self::After) => Some(Self::After),
            _ => None,
        }
    }
}

/// The references of each change.
pub(crate) async fn references<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<change_ref::Model>>, HistoryError> {
    let mut references: HashMap<i64, Vec<change_ref::Model>> = HashMap::new();
    for ids in ids.chunks(IN_LIST) {
        let rows = select_change_refs(tables)
            .filter(change_ref::Column::ChangeId.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        for row in rows {
            references.entry(row.change_id).or_default().push(row);
        }
    }
    Ok(references)
}

/// The links a change adds or removes, as nobody in particular sees them: both ends.
pub(crate) fn ends(change: &Change, references: &[change_ref::Model]) -> Vec<LinkChange> {
    references
        .iter()
        .map(|end| link_to(end, side(change, end).event()))
        .collect()
}

/// The links a change adds or removes, seen from one end: the ends opposite.
///
/// `mine` says whether a reference is to the object that looks.
pub(crate) fn seen_from(
    change: &Change,
    references: &[change_ref::Model],
    mine: impl Fn(&change_ref::Model) -> bool,
) -> Vec<LinkChange> {
    let mut links = Vec::new();
    for me in references.iter().filter(|end| mine(end)) {
        // An object whose own key changed stands on both sides, under two keys.
        let renamed = references
            .iter()
            .filter(|end| end.role == me.role && mine(end))
            .count()
            > 1;
        let my_side = if renamed {
            Side::Both
        } else {
            side(change, me)
        };
        for other in references.iter().filter(|end| end.role != me.role) {
            if let Some(side) = my_side.link(side(change, other)) {
                let link = link_to(other, side.event());
                if !links.contains(&link) {
                    links.push(link);
                }
            }
        }
    }
    links
}

fn link_to(end: &change_ref::Model, event: LinkEvent) -> LinkChange {
    LinkChange {
        event,
        entity: end.entity.clone(),
        key: ObjectKey::new(&end.object_key),
        role: end.role.clone(),
    }
}

fn side(change: &Change, end: &change_ref::Model) -> Side {
    match change.action {
        Action::Insert => Side::After,
        Action::Delete => Side::Before,
        Action::Update => side_of_update(change, end),
    }
}

/// The role of an end names the junction's columns that make up its key: where
/// the diff changes one, the end is the old one or the new one.
fn side_of_update(change: &Change, end: &change_ref::Model) -> Side {
    let columns: Vec<&str> = end.role.split(',').collect();
    let parts: Vec<Json> = match &*columns {
        [_] => vec![Json::String(end.object_key.clone())],
        _ => serde_json::from_str(&end.object_key).unwrap_or_default(),
    };
    let mut changed = false;
    let (mut before, mut after) = (true, true);
    for (column, part) in columns.into_iter().zip(&parts) {
        let Some(pair) = change.diff.as_map().get(column) else {
            continue;
        };
        changed = true;
        before &= pair.get(0).is_some_and(|old| same_text(old, part));
        after &= pair.get(1).is_some_and(|new| same_text(new, part));
    }
    match (changed, before, after) {
        (true, true, false) => Side::Before,
        (true, false, true) => Side::After,
        _ => Side::Both,
    }
}

/// A key of one column is plain text, whatever the JSON type of its value.
fn same_text(value: &Json, part: &Json) -> bool {
    fn text(value: &Json) -> String {
        match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
    text(value) == text(part)
}
