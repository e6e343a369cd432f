//! The values of an object, change by change.

use std::collections::BTreeSet;

use changesets_core::{Action, Change};
use serde_json::{Map, Value as Json};

/// An object before and after a change, as JSON.
pub(super) type Sides = (Option<Map<String, Json>>, Option<Map<String, Json>>);

/// The sides of the changes `wanted`, by replaying a life from its beginning.
///
/// A row that is older than the log has no insert there. What it was is pieced
/// together from the earliest old value of each column.
pub(super) fn replay(changes: &[Change], wanted: &BTreeSet<i64>) -> Vec<(i64, Sides)> {
    let mut sides = Vec::with_capacity(wanted.len());
    let mut wanted = wanted.iter().copied().peekable();
    let mut state = match changes.first() {
        Some(first) if first.action != Action::Insert => Some(earliest(changes)),
        _ => None,
    };
    for change in changes {
        // Links between two changes of the row: it is the same before and after.
        while let Some(id) = wanted.next_if(|id| *id < change.id) {
            sides.push((id, (state.clone(), state.clone())));
        }
        let wants = wanted.next_if_eq(&change.id).is_some();
        let before = wants.then(|| state.clone());
        state = apply(state, change);
        if let Some(before) = before {
            sides.push((change.id, (before, state.clone())));
        }
    }
    for id in wanted {
        sides.push((id, (state.clone(), state.clone())));
    }
    sides
}

fn apply(state: Option<Map<String, Json>>, change: &Change) -> Option<Map<String, Json>> {
    let values = || {
        change
            .diff
            .as_map()
            .iter()
            .filter(|(_, value)| !is_redacted(value))
    };
    match change.action {
        Action::Insert => Some(
            values()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
        Action::Update => {
            let mut state = state.unwrap_or_default();
            for (name, pair) in values() {
                if let Some(new) = pair.get(1) {
                    state.insert(name.clone(), new.clone());
                }
            }
            Some(state)
        }
        Action::Delete => None,
    }
}

fn earliest(changes: &[Change]) -> Map<String, Json> {
    let mut state = Map::new();
    for change in changes {
        for (name, value) in change.diff.as_map() {
            let old = match change.action {
                Action::Update => value.get(0),
                Action::Delete => Some(value),
                Action::Insert => None,
            };
            if let Some(old) = old
                && !is_redacted(value)
                && !state.contains_key(name)
            {
                state.insert(name.clone(), old.clone());
            }
        }
    }
    state
}

/// Whether this is what stands in place of a redacted value.
pub(crate) fn is_redacted(value: &Json) -> bool {
    matches!(value, Json::Object(map) if map.len() == 1 && map.get("redacted") == Some(&Json::Bool(true)))
}
