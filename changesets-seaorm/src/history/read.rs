//! Running a query.

mod scope;

use changesets_core::Action;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, Iterable, Order as SqlOrder,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, SelectTwo,
    sea_query::{Alias, Expr, ExprTrait, JoinType, Query as SqlQuery, SelectStatement, UnionType},
};

pub(crate) use self::scope::{Scope, own_changes, resolve};
use self::scope::{Which, references_of};
use super::{
    entry::{Entry, read_entry},
    error::HistoryError,
    json, links,
    query::{Family, History, HistoryItem, Kinds, Order, Query},
};
use crate::log::{change, change_ref, changeset, select_changes, select_changesets, table};

impl<T: HistoryItem> History<T> {
    /// All of them, up to the limit.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn all<C: ConnectionTrait>(self, db: &C) -> Result<Vec<T>, HistoryError> {
        let scope = resolve(db, &self.query).await?;
        let entries = entries(db, &self.query, &scope).await?;
        Ok(entries.into_iter().map(T::from_entry).collect())
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
    let mut select = select(db.get_database_backend(), query, scope)?;
    let order = match query.order {
        Order::OldestFirst => SqlOrder::Asc,
        Order::NewestFirst => SqlOrder::Desc,
    };
    select = select
        .order_by(change::Column::Id, order)
        .limit(query.limit)
        .offset(offset);
    let entries = select
        .all(db)
        .await?
        .into_iter()
        .map(|(row, header)| read_entry(&query.tables, row, header))
        .collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<i64> = entries.iter().map(Entry::id).collect();
    let mut references = links::references(db, &query.tables, &ids).await?;

    let mut rooted = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let ends = references.remove(&entry.id()).unwrap_or_default();
        let Some(objects) = scope.objects() else {
            entry.links = links::ends(&entry.change, &ends);
            rooted.push((0, entry));
            continue;
        };
        for (index, life) in objects.owners(&entry, &ends) {
            let lineage = &objects.lineages[index];
            let mut entry = entry.clone();
            entry.links = if entry.entity() == objects.entity {
                links::ends(&entry.change, &ends)
            } else {
                links::seen_from(&entry.change, &ends, |end| {
                    objects.refers_to(lineage, end, entry.id())
                })
            };
            entry.root = lineage.root.clone();
            entry.life = life;
            rooted.push((index, entry));
        }
    }
    Ok(rooted)
}

/// `SELECT` of changes with their changesets, filtered, not yet ordered.
fn select(
    backend: DbBackend,
    query: &Query,
    scope: &Scope,
) -> Result<SelectTwo<change::Entity, changeset::Entity>, HistoryError> {
    let mut select = select_changes(&query.tables).select_also(changeset::Entity);
    QuerySelect::query(&mut select).join(
        JoinType::LeftJoin,
        table::<changeset::Entity>(&query.tables, query.tables.changeset()),
        Expr::col((changeset::Entity, changeset::Column::Id))
            .equals((change::Entity, change::Column::ChangesetId)),
    );
    match &scope.which {
        Which::Everything => {
            if !query.entities.is_empty() {
                select = select.filter(change::Column::Entity.is_in(&query.entities));
            }
        }
        Which::Entity(name) => select = select.filter(change::Column::Entity.eq(name)),
        Which::Objects(objects) => match kinds(query) {
            Kinds::Own => select = select.filter(own_changes(&objects.entity, &objects.own)),
            Kinds::Links => join_ids(&mut select, references(query, objects)),
            Kinds::All => from_both(&mut select, query, objects),
        },
    }
    Ok(select.filter(filters(backend, query)?))
}

/// What a link is cannot be asked by the columns and actions of its object.
const fn kinds(query: &Query) -> Kinds {
    match query.kinds {
        Kinds::All if query.action.is_some() || !query.columns.is_empty() => Kinds::Own,
        kinds => kinds,
    }
}

/// The ids of the changes that refer to an object.
fn references(query: &Query, objects: &scope::Objects) -> SelectStatement {
    SqlQuery::select()
        .expr_as(
            Expr::col((change_ref::Entity, change_ref::Column::ChangeId)),
            Alias::new("id"),
        )
        .distinct()
        .from(table::<change_ref::Entity>(
            &query.tables,
            query.tables.change_ref(),
        ))
        .cond_where(references_of(&objects.entity, &objects.references))
        .to_owned()
}

/// Reads an object's own changes and those that refer to it, each by its own index.
///
/// Not as `IN (SELECT .. UNION SELECT ..)`: MariaDB and MySQL would run that once for each row of the
/// log. Not as an `OR`, and not as a join with the ids of both: PostgreSQL would read the whole log.
fn from_both(
    select: &mut SelectTwo<change::Entity, changeset::Entity>,
    query: &Query,
    objects: &scope::Objects,
) {
    let own = own_changes(&objects.entity, &objects.own);
    let columns = change::Column::iter().map(|column| (change::Entity, column));
    let mut referring = SqlQuery::select();
    referring
        .columns(columns.clone())
        .from(table::<change::Entity>(
            &query.tables,
            query.tables.change(),
        ))
        .cond_where(own.clone().not());
    join(&mut referring, references(query, objects));
    let both = SqlQuery::select()
        .columns(columns)
        .from(table::<change::Entity>(
            &query.tables,
            query.tables.change(),
        ))
        .cond_where(own)
        .union(UnionType::All, referring)
        .to_owned();
    QuerySelect::query(select)
        .from_clear()
        .from_subquery(both, change::Entity);
}

fn join_ids(select: &mut SelectTwo<change::Entity, changeset::Entity>, ids: SelectStatement) {
    join(QuerySelect::query(select), ids);
}

/// As a table to join: see [`from_both`].
fn join(select: &mut SelectStatement, ids: SelectStatement) {
    const OBJECT: &str = "changesets_object";
    select.join_subquery(
        JoinType::InnerJoin,
        ids,
        Alias::new(OBJECT),
        Expr::col((Alias::new(OBJECT), Alias::new("id")))
            .equals((change::Entity, change::Column::Id)),
    );
}

fn filters(backend: DbBackend, query: &Query) -> Result<Condition, HistoryError> {
    let mut all = Condition::all()
        .add_option(
            query
                .actor
                .as_ref()
                .map(|actor| changeset::Column::Actor.eq(actor)),
        )
        .add_option(
            query
                .action
                .map(|action: Action| change::Column::Action.eq(action.as_str())),
        )
        .add_option(
            query
                .since
                .map(|time| changeset::Column::CreatedAt.gte(time)),
        )
        .add_option(
            query
                .until
                .map(|time| changeset::Column::CreatedAt.lt(time)),
        )
        .add_option(query.after.map(|id| change::Column::Id.gt(id)))
        .add_option(query.before.map(|id| change::Column::Id.lt(id)));
    if let Some((id, family)) = query.changeset {
        let id = id.as_uuid();
        all = all.add(match family {
            Family::Alone => change::Column::ChangesetId.eq(id),
            Family::WithChildren => {
                let mut family = select_changesets(&query.tables)
                    .select_only()
                    .column(changeset::Column::Id)
                    .filter(
                        Condition::any()
                            .add(changeset::Column::Id.eq(id))
                            .add(changeset::Column::ParentId.eq(id)),
                    );
                change::Column::ChangesetId.in_subquery(QueryTrait::query(&mut family).take())
            }
        });
    }
    for column in &query.columns {
        all = all.add(json::has_column(backend, column)?);
    }
    Ok(all)
}
