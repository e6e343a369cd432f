//! Changes as a test expects them.

use std::fmt;

use changesets_core::{Action, ObjectKey};
use sea_orm::Value;
use serde_json::Value as Json;

use super::{
    name::{EntityName, IntoColumn, IntoEntity, IntoKey},
    render,
    value::{by_kind, by_value},
};

/// A change as a test expects it: [`inserted`], [`updated`], [`deleted`], [`linked`], [`unlinked`].
///
/// Columns that are not named are not compared, unless [`exactly`](Self::exactly) is asked for.
#[derive(Clone)]
#[must_use = "a change is compared by `assert_changes` and its neighbours"]
pub struct ExpectedChange {
    pub(super) what: What,
    pub(super) columns: Vec<ExpectedColumn>,
    pub(super) exactly: bool,
}

/// An object: its entity, and its key unless that does not matter.
#[derive(Clone, PartialEq)]
pub(super) struct Object {
    pub(super) entity: String,
    pub(super) key: Option<ObjectKey>,
}

#[derive(Clone)]
pub(super) enum What {
    Row(Action, Object),
    /// The row of a junction that comes or goes, by its ends.
    Link(Action, [Object; 2]),
}

#[derive(Clone)]
pub(super) struct ExpectedColumn {
    pub(super) name: String,
    pub(super) change: ExpectedValue,
}

#[derive(Clone)]
pub(super) enum ExpectedValue {
    /// One value: the new one, or, of a row that is gone, the old one.
    Is(Json),
    /// The old value and the new one.
    FromTo(Json, Json),
    Redacted,
    /// Whatever it is.
    Any,
}

/// A row that came to be.
///
/// The entity is `product::Entity` or the name of its table; the key is its value, a tuple of
/// values, or [`AnyKey`](super::AnyKey).
pub fn inserted<E, K>(entity: impl IntoEntity<E>, key: impl IntoKey<K>) -> ExpectedChange {
    row(Action::Insert, entity, key)
}

/// A row that stayed and changed. The key is that before the change. As [`inserted`].
pub fn updated<E, K>(entity: impl IntoEntity<E>, key: impl IntoKey<K>) -> ExpectedChange {
    row(Action::Update, entity, key)
}

/// A row that went away. As [`inserted`].
pub fn deleted<E, K>(entity: impl IntoEntity<E>, key: impl IntoKey<K>) -> ExpectedChange {
    row(Action::Delete, entity, key)
}

/// A link that came to be: a row inserted into a junction between these two, in whichever order.
///
/// It is one and the same change as the [`inserted`] row of the junction.
///
/// ```
/// use changesets_seaorm::testing::linked;
///
/// let expected = linked(("product", 1), ("tag", 3));
/// assert_eq!(expected.to_string(), "link product 1, tag 3");
/// ```
pub fn linked<A, K, B, L>(
    one: (impl IntoEntity<A>, impl IntoKey<K>),
    other: (impl IntoEntity<B>, impl IntoKey<L>),
) -> ExpectedChange {
    let ends = [object(one.0, one.1), object(other.0, other.1)];
    ExpectedChange::new(What::Link(Action::Insert, ends))
}

/// A link that went away: a row deleted from a junction. As [`linked`].
pub fn unlinked<A, K, B, L>(
    one: (impl IntoEntity<A>, impl IntoKey<K>),
    other: (impl IntoEntity<B>, impl IntoKey<L>),
) -> ExpectedChange {
    let ends = [object(one.0, one.1), object(other.0, other.1)];
    ExpectedChange::new(What::Link(Action::Delete, ends))
}

fn row<E, K>(action: Action, entity: impl IntoEntity<E>, key: impl IntoKey<K>) -> ExpectedChange {
    ExpectedChange::new(What::Row(action, object(entity, key)))
}

fn object<E, K>(entity: impl IntoEntity<E>, key: impl IntoKey<K>) -> Object {
    let entity: EntityName = entity.into_entity();
    Object {
        key: key.into_key(&entity),
        entity: entity.name,
    }
}

impl ExpectedChange {
    fn new(what: What) -> Self {
        Self {
            what,
            columns: Vec::new(),
            exactly: false,
        }
    }

    /// The column has this value: after the change, or, of a row that is gone, before it.
    ///
    /// The column is `product::Column::Price` or its name. The typed form knows how the log writes
    /// the value; by name, a value is written as its own type suggests, so that a decimal has to have
    /// the digits that its column has.
    ///
    /// ```
    /// use changesets_seaorm::testing::inserted;
    ///
    /// let expected = inserted("product", 1).with("name", "lamp").with("note", None::<String>);
    /// assert_eq!(expected.to_string(), r#"insert product 1: name: "lamp", note: null"#);
    /// ```
    pub fn with<C>(self, column: impl IntoColumn<C>, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.and(column, |json| ExpectedValue::Is(json(&value)))
    }

    /// The column went from one value to another, in an update.
    ///
    /// ```
    /// use changesets_seaorm::testing::updated;
    ///
    /// let expected = updated("product", 1).column("price", "10.00", "12.00");
    /// assert_eq!(expected.to_string(), r#"update product 1: price: "10.00" -> "12.00""#);
    /// ```
    pub fn column<C>(
        self,
        column: impl IntoColumn<C>,
        old: impl Into<Value>,
        new: impl Into<Value>,
    ) -> Self {
        let (old, new) = (old.into(), new.into());
        self.and(column, |json| ExpectedValue::FromTo(json(&old), json(&new)))
    }

    /// The column is recorded without its values.
    pub fn redacted<C>(self, column: impl IntoColumn<C>) -> Self {
        self.and(column, |_| ExpectedValue::Redacted)
    }

    /// The column is recorded, whatever its values: such as a time.
    pub fn touching<C>(self, column: impl IntoColumn<C>) -> Self {
        self.and(column, |_| ExpectedValue::Any)
    }

    /// No column is recorded but those that are named.
    pub fn exactly(mut self) -> Self {
        self.exactly = true;
        self
    }

    fn and<C>(
        mut self,
        column: impl IntoColumn<C>,
        change: impl FnOnce(&dyn Fn(&Value) -> Json) -> ExpectedValue,
    ) -> Self {
        let (name, kind) = column.into_column();
        let json = |value: &Value| match &kind {
            Some(kind) => by_kind(kind, value),
            None => by_value(value),
        };
        let change = change(&json);
        self.columns.push(ExpectedColumn { name, change });
        self
    }
}

impl fmt::Display for ExpectedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render::expected(f, self)
    }
}

impl fmt::Debug for ExpectedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
