//! Running a query.

mod rows;
mod scope;
mod select;
mod whole;

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, FromQueryResult, Order as SqlOrder, PaginatorTrait, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Alias, Expr},
};

use self::{
    rows::Row,
    select::{ID, select},
};
pub(crate) use self::{
    scope::{Scope, own_changes, resolve},
    whole::scoped_entries,
};
use super::{
    entry::{Entry, read_entry},
    error::HistoryError,
    links,
    query::{History, HistoryItem, Order, Query},
};
use crate::log::change_ref;

impl<T: HistoryItem> History<T> {
    /// All of them, up to the limit.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn all<C: ConnectionTrait>(self, db: &C) -> Result<Vec<T>, HistoryError> {
        let (_, rooted) = scoped_entries(db, &self.query).await?;
        let items = rooted.into_iter().map(|(_, entry)| T::from_entry(entry));
        Ok(items.collect())
    }

    /// The first in its order: the newest, unless told otherwise.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn one<C: ConnectionTrait>(self, db: &C) -> Result<Option<T>, HistoryError> {
        Ok(self.limit(1).all(db).await?.pop())
    }

    /// How many there are, whatever the limit.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn count<C: ConnectionTrait>(self, db: &C) -> Result<u64, HistoryError> {
        let scope = resolve(db, &self.query).await?;
        count(db, &self.query, &scope).await
    }
}

/// The changes with their changesets and links.
pub(crate) async fn entries<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    scope: &Scope,
) -> Result<Vec<Entry>, HistoryError> {
    let rooted = rooted_entries(db, query, scope, None).await?;
    Ok(rooted.into_iter().map(|(_, entry)| entry).collect())
}

/// One page of them; `limit` is the page's size.
pub(crate) async fn page<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    scope: &Scope,
    offset: u64,
) -> Result<Vec<Entry>, HistoryError> {
    let rooted = rooted_entries(db, query, scope, Some(offset)).await?;
    Ok(rooted.into_iter().map(|(_, entry)| entry).collect())
}

pub(crate) async fn count<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    scope: &Scope,
) -> Result<u64, HistoryError> {
    Ok(select(db.get_database_backend(), query, scope)?
        .count(db)
        .await?)
}

/// The changes, each with the object, by its place in the query, whose history it
/// belongs to: a link between two of them belongs to both.
pub(crate) async fn rooted_entries<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    scope: &Scope,
    offset: Option<u64>,
) -> Result<Vec<(usize, Entry)>, HistoryError> {
    Ok(fetch(db, query, scope, offset).await?.rooted(scope))
}

/// Changes in the order of the query, and their references.
struct Fetched {
    entries: Vec<Entry>,
    references: HashMap<i64, Vec<change_ref::Model>>,
}

async fn fetch<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    scope: &Scope,
    offset: Option<u64>,
) -> Result<Fetched, HistoryError> {
    let backend = db.get_database_backend();
    let mut select = select(backend, query, scope)?;
    let order = match query.order {
        Order::OldestFirst => SqlOrder::Asc,
        Order::NewestFirst => SqlOrder::Desc,
    };
    select = select
        .order_by(Expr::col(Alias::new(ID)), order)
        .limit(query.limit)
        .offset(offset);
    let statement = select.build(backend);
    let (mut entries, mut linked) = (Vec::new(), Vec::new());
    for row in Row::find_by_statement(statement).all(db).await? {
        if row.linked {
            linked.push(row.change.id);
        }
        entries.push(read_entry(&query.tables, row.change, row.header)?);
    }
    let references = links::references(db, &query.tables, &linked).await?;
    Ok(Fetched {
        entries,
        references,
    })
}

impl Fetched {
    fn rooted(mut self, scope: &Scope) -> Vec<(usize, Entry)> {
        let mut rooted = Vec::with_capacity(self.entries.len());
        for mut entry in self.entries {
            let ends = self.references.remove(&entry.id()).unwrap_or_default();
            let Some(objects) = scope.objects() else {
                entry.links = links::ends(&entry.change, &ends);
                rooted.push((0, entry));
                continue;
            };
            let mut owners = objects.owners(&entry, &ends);
            let last = owners.pop();
            for (index, life) in owners {
                rooted.push((index, objects.seen_by(index, life, entry.clone(), &ends)));
            }
            if let Some((index, life)) = last {
                rooted.push((index, objects.seen_by(index, life, entry, &ends)));
            }
        }
        rooted
    }
}
