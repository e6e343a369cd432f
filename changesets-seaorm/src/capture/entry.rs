//! A change row that is about to be written.

use changesets_core::{Action, Diff, KeyError, ObjectKey, Row, TrackedTable};
use sea_orm::DbErr;

use crate::error::CaptureError;

use super::{
    image::{Image, Reader},
    log_values::MYSQL_KEY_LENGTH,
};

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
    /// MySQL cuts what is too long, unless it is told to be strict.
    pub(super) fn fits_mysql(&self) -> Result<(), CaptureError> {
        let own = std::iter::once((&self.entity, &self.key));
        let ends = self.refs.iter().map(|end| (&end.entity, &end.key));
        for (entity, key) in own.chain(ends) {
            let length = key.as_str().chars().count();
            if length > MYSQL_KEY_LENGTH {
                return Err(CaptureError::KeyTooLong {
                    table: entity.clone(),
                    length,
                    most: MYSQL_KEY_LENGTH,
                });
            }
        }
        Ok(())
    }

    pub(super) fn insert(reader: &Reader<'_>, new: &Image) -> Result<Self, DbErr> {
        let row = reader.whole(new)?;
        let diff = Diff::insert(reader.table, &row);
        Self::new(reader, new, Action::Insert, diff, &[&row])
    }

    pub(super) fn delete(reader: &Reader<'_>, old: &Image) -> Result<Self, DbErr> {
        let row = reader.whole(old)?;
        let diff = Diff::delete(reader.table, &row);
        Self::new(reader, old, Action::Delete, diff, &[&row])
    }

    /// `None` when nothing that is recorded differs.
    pub(super) fn update(
        reader: &Reader<'_>,
        old: &Image,
        new: &Image,
    ) -> Result<Option<Self>, DbErr> {
        let [before, after] = match reader.table.link() {
            // A link names both its ends, whatever of it changed.
            Some(_) => [reader.whole(old)?, reader.whole(new)?],
            None => reader.differing(old, new)?,
        };
        Diff::update(reader.table, &before, &after)
            .map(|diff| Self::new(reader, old, Action::Update, diff, &[&before, &after]))
            .transpose()
    }

    fn new(
        reader: &Reader<'_>,
        image: &Image,
        action: Action,
        diff: Diff,
        rows: &[&Row],
    ) -> Result<Self, DbErr> {
        Ok(Self {
            entity: reader.table.entity().to_owned(),
            key: image.key.clone(),
            action,
            diff,
            refs: refs(reader.table, rows).map_err(reader.key_error())?,
        })
    }
}

/// Both ends of a link, as it was and as it is.
fn refs(table: &TrackedTable, rows: &[&Row]) -> Result<Vec<Ref>, KeyError> {
    let mut refs = Vec::new();
    let Some(link) = table.link() else {
        return Ok(refs);
    };
    for row in rows {
        for end in &link.ends {
            let values: Vec<_> = end
                .columns
                .iter()
                .filter_map(|name| table.position(name))
                .map(|index| row.get(index).clone())
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
