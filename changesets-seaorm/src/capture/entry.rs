//! A change row that is about to be written.

use changesets_core::{Action, Diff, KeyError, ObjectKey, TrackedTable};

use super::image::Image;

/// One change of one row.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) entity: String,
    pub(super) key: ObjectKey,
    pub(super) action: Action,
    pub(super) diff: Diff,
    pub(super) refs: Vec<Ref>,
}

/// Another object that the change concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ref {
    pub(super) entity: String,
    pub(super) key: ObjectKey,
    pub(super) role: String,
}

impl Entry {
    pub(super) fn insert(table: &TrackedTable, new: &Image) -> Result<Self, KeyError> {
        Ok(Self {
            entity: table.entity().to_owned(),
            key: new.key.clone(),
            action: Action::Insert,
            diff: Diff::insert(table, &new.row),
            refs: refs(table, &[new])?,
        })
    }

    pub(super) fn delete(table: &TrackedTable, old: &Image) -> Result<Self, KeyError> {
        Ok(Self {
            entity: table.entity().to_owned(),
            key: old.key.clone(),
            action: Action::Delete,
            diff: Diff::delete(table, &old.row),
            refs: refs(table, &[old])?,
        })
    }

    /// `None` when nothing that is recorded differs.
    pub(super) fn update(
        table: &TrackedTable,
        old: &Image,
        new: &Image,
    ) -> Result<Option<Self>, KeyError> {
        let Some(diff) = Diff::update(table, &old.row, &new.row) else {
            return Ok(None);
        };
        Ok(Some(Self {
            entity: table.entity().to_owned(),
            key: old.key.clone(),
            action: Action::Update,
            diff,
            refs: refs(table, &[old, new])?,
        }))
    }
}

/// Both ends of a link, as it was and as it is.
fn refs(table: &TrackedTable, images: &[&Image]) -> Result<Vec<Ref>, KeyError> {
    let mut refs = Vec::new();
    let Some(link) = table.link() else {
        return Ok(refs);
    };
    for image in images {
        for end in &link.ends {
            let values: Vec<_> = end
                .columns
                .iter()
                .filter_map(|name| table.position(name))
                .map(|index| image.row.get(index).clone())
                .collect();
            // A link column may be NULL: then there is no object at that end.
            if values.iter().any(serde_json::Value::is_null) {
                continue;
            }
            let reference = Ref {
                entity: end.entity.clone(),
                key: ObjectKey::from_canonical(&values)?,
                role: end.role.clone(),
            };
            if !refs.contains(&reference) {
                refs.push(reference);
            }
        }
    }
    Ok(refs)
}
