//! Entities, columns and keys, typed or by their names.

use changesets_core::{ColumnKind, ObjectKey};
use sea_orm::{
    ColumnTrait, EntityTrait, Iterable, PrimaryKeyToColumn, Value, sea_query::IntoValueTuple,
};

use super::value::{by_kind, by_value};
use crate::table::{column_kind, entity_name};

/// How a name is given; only there to let one function take several kinds of arguments.
#[derive(Debug, Clone, Copy)]
pub struct Typed;
/// As [`Typed`].
#[derive(Debug, Clone, Copy)]
pub struct Named;

/// An entity as the log knows it.
#[derive(Debug, Clone)]
pub struct EntityName {
    pub(super) name: String,
    /// The kinds of its key columns, where they are known.
    pub(super) key: Vec<ColumnKind>,
}

/// An entity: `product::Entity`, or the name of its table, `"product"` or `"shop.product"`.
pub trait IntoEntity<How> {
    /// The entity as the log knows it.
    #[doc(hidden)]
    fn into_entity(self) -> EntityName;
}

impl<E: EntityTrait> IntoEntity<Typed> for E {
    fn into_entity(self) -> EntityName {
        let kind = |key: E::PrimaryKey| column_kind(key.into_column().def().get_column_type());
        EntityName {
            name: entity_name::<E>(),
            key: E::PrimaryKey::iter().map(kind).collect(),
        }
    }
}

impl IntoEntity<Named> for &str {
    fn into_entity(self) -> EntityName {
        EntityName {
            name: self.to_owned(),
            key: Vec::new(),
        }
    }
}

/// A column: `product::Column::Price`, or its name, `"price"`.
pub trait IntoColumn<How> {
    /// The name, and the kind where it is known.
    #[doc(hidden)]
    fn into_column(self) -> (String, Option<ColumnKind>);
}

impl<C: ColumnTrait> IntoColumn<Typed> for C {
    fn into_column(self) -> (String, Option<ColumnKind>) {
        let kind = column_kind(self.def().get_column_type());
        (self.as_str().to_owned(), Some(kind))
    }
}

impl IntoColumn<Named> for &str {
    fn into_column(self) -> (String, Option<ColumnKind>) {
        (self.to_owned(), None)
    }
}

/// Any key at all, such as one that the database chose.
#[derive(Debug, Clone, Copy)]
pub struct AnyKey;

/// A key: its value, a tuple of values, an [`ObjectKey`] as the log writes it, or [`AnyKey`].
pub trait IntoKey<How> {
    /// The key of an object of `entity` as the log writes it; `None` is any.
    #[doc(hidden)]
    fn into_key(self, entity: &EntityName) -> Option<ObjectKey>;
}

impl<K: IntoValueTuple> IntoKey<Typed> for K {
    fn into_key(self, entity: &EntityName) -> Option<ObjectKey> {
        let canonical = |(index, value): (usize, Value)| match entity.key.get(index) {
            Some(kind) => by_kind(kind, &value),
            None => by_value(&value),
        };
        let values: Vec<_> = self.into_value_tuple().into_iter().enumerate().collect();
        let values: Vec<_> = values.into_iter().map(canonical).collect();
        // A key that is none is shown in the mismatch as what it is.
        let text = || ObjectKey::new(serde_json::Value::from(values.clone()).to_string());
        Some(ObjectKey::from_canonical(&values).unwrap_or_else(|_| text()))
    }
}

impl IntoKey<Named> for ObjectKey {
    fn into_key(self, _: &EntityName) -> Option<ObjectKey> {
        Some(self)
    }
}

impl IntoKey<AnyKey> for AnyKey {
    fn into_key(self, _: &EntityName) -> Option<ObjectKey> {
        None
    }
}
