//! Reading the log: what happened to a row, to a table, to everything.
//!
//! ```
//! # mod product {
//! #     use sea_orm::entity::prelude::*;
//! #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "product")]
//! #     pub struct Model { #[sea_orm(primary_key)] pub id: i64, pub price: i64 }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     impl ActiveModelBehavior for ActiveModel {}
//! # }
//! # async fn example(db: &sea_orm::DatabaseConnection, product: product::Model)
//! # -> Result<(), changesets_seaorm::history::HistoryError> {
//! use changesets_seaorm::history::{HasHistory, feed, history_of, history_of_entity};
//!
//! let of_a_row = product.history().all(db).await?;
//! let of_a_row_that_is_gone = history_of::<product::Entity>(42_i64).all(db).await?;
//! let of_a_table = history_of_entity::<product::Entity>().limit(10).all(db).await?;
//! let of_everything = feed().by_actor("user:42").limit(10).all(db).await?;
//! # Ok(())
//! # }
//! ```
//!
//! All of them are [`History`] queries: filter them, order them, then read them at
//! once, page by page, from a cursor on, or as a stream.

mod cursor;
mod entry;
mod error;
mod feed;
mod join;
mod json;
mod key;
mod links;
mod lives;
mod loader;
mod pages;
mod query;
mod read;
mod revision;
mod states;
mod stream;
mod subject;
#[cfg(test)]
mod tests;
mod typed;
mod value;

use changesets_core::ObjectKey;
use sea_orm::sea_query::IntoValueTuple;
use sea_orm::{EntityTrait, Iterable, ModelTrait, PrimaryKeyToColumn, PrimaryKeyTrait};

use self::subject::Key;
pub use self::{
    cursor::HistoryCursor,
    entry::Entry,
    error::HistoryError,
    feed::{Feed, feed},
    join::{JoinChanges, object_key_of},
    links::{LinkChange, LinkEvent},
    loader::LoadHistory,
    pages::HistoryPages,
    query::{History, HistoryItem},
    revision::{Revision, RevisionKind},
    states::{State, States},
};

#[cfg(feature = "testing")]
pub(crate) use self::key::raw_json;

/// How many values one `IN` list gets, well below what the databases allow.
const IN_LIST: usize = 10_000;

/// The history of a model.
pub trait HasHistory: ModelTrait {
    /// What happened to this row: to itself, and to its links to others.
    ///
    /// Changes made while it had another key are part of it, and so are those of
    /// rows that had the same key before it; [`Revision::life`] tells them apart,
    /// and [`History::current_life`] leaves them out.
    fn history(&self) -> History<Revision<Self::Entity>> {
        History::of_objects(vec![key_of(self)])
    }
}

impl<M: ModelTrait> HasHistory for M {}

/// The history of a row that may be gone, by its primary key, as `find_by_id` takes it.
pub fn history_of<E: EntityTrait>(
    key: impl Into<<E::PrimaryKey as PrimaryKeyTrait>::ValueType>,
) -> History<Revision<E>> {
    let values = key.into().into_value_tuple().into_iter().collect();
    History::of_objects(vec![Key::Values(values)])
}

/// The history of a row by its key as the log writes it, such as [`Entry::key`].
pub fn history_of_key<E: EntityTrait>(key: ObjectKey) -> History<Revision<E>> {
    History::of_objects(vec![Key::Text(key)])
}

/// The history of all rows of an entity. Their links are not in it: they are the
/// history of the junction.
pub fn history_of_entity<E: EntityTrait>() -> History<Revision<E>> {
    History::of_entity()
}

fn key_of<M: ModelTrait>(model: &M) -> Key {
    Key::Values(
        <M::Entity as EntityTrait>::PrimaryKey::iter()
            .map(|key| model.get(key.into_column()))
            .collect(),
    )
}
