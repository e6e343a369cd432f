//! What a history is about.

use changesets_core::{ColumnKind, ObjectKey};
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, Value};

use super::{error::HistoryError, key::canonical_key};
use crate::table::{column_kind, entity_name};

/// An entity, as far as reading its history needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    /// Its name in the log.
    pub(crate) name: String,
    /// Its key columns, in order.
    pub(crate) key: Vec<KeyColumn>,
}

/// A column of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyColumn {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
}

impl Entity {
    pub(crate) fn of<E: EntityTrait>() -> Self {
        Self {
            name: entity_name::<E>(),
            key: E::PrimaryKey::iter()
                .map(|key| {
                    let column = key.into_column();
                    KeyColumn {
                        name: column.as_str().to_owned(),
                        kind: column_kind(column.def().get_column_type()),
                    }
                })
                .collect(),
        }
    }
}

/// What a history is about.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    /// Some objects of one entity.
    Objects(Entity, Vec<Key>),
    /// All objects of one entity.
    Entity(Entity),
    /// Everything that is recorded.
    Everything,
}

impl Subject {
    pub(crate) const fn entity(&self) -> Option<&Entity> {
        match self {
            Self::Objects(entity, _) | Self::Entity(entity) => Some(entity),
            Self::Everything => None,
        }
    }
}

/// A key, as the caller gave it. It is encoded when the query runs, so that a
/// builder cannot fail.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Values(Vec<Value>),
    Text(ObjectKey),
}

impl Key {
    pub(crate) fn encode(&self, entity: &Entity) -> Result<ObjectKey, HistoryError> {
        match self {
            Self::Values(values) => canonical_key(entity, values),
            Self::Text(key) => Ok(key.clone()),
        }
    }
}
