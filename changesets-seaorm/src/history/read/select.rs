//! The statement of a query.

use changesets_core::Action;
use sea_orm::{
    ColumnTrait, Condition, DbBackend, QueryFilter, QuerySelect, QueryTrait, SelectTwo,
    sea_query::{
        Alias, Expr, ExprTrait, JoinType, Query as SqlQuery, SelectStatement, SimpleExpr, UnionType,
    },
};

use super::scope::{Objects, Scope, Which, own_changes, references_of};
use crate::{
    history::{
        error::HistoryError,
        json,
        query::{Family, Kinds, Query},
    },
    log::{change, change_ref, changeset, select_changes, select_changesets, table},
};

pub(super) type Changes = SelectTwo<change::Entity, changeset::Entity>;

/// The name SeaORM gives the id of a change that is read with its changeset.
pub(super) const ID: &str = "A_id";
const LINKED: &str = "linked";

/// `SELECT` of changes with their changesets and whether there may be references of
/// theirs; filtered, not yet ordered.
pub(super) fn select(
    backend: DbBackend,
    query: &Query,
    scope: &Scope,
) -> Result<Changes, HistoryError> {
    let filters = filters(backend, query)?;
    let changes = |linked| changes(query, linked).filter(filters.clone());
    Ok(match &scope.which {
        Which::Everything if query.entities.is_empty() => changes(unknown()),
        Which::Everything => {
            changes(unknown()).filter(change::Column::Entity.is_in(&query.entities))
        }
        Which::Entity(name) => changes(unknown()).filter(change::Column::Entity.eq(name)),
        Which::Objects(objects) => {
            let own = own_changes(&objects.entity, &objects.own);
            let references = || references(query, objects);
            match kinds(query) {
                Kinds::Own => changes(linked(query)).filter(own),
                Kinds::Links => listed(changes(unknown()), references()),
                Kinds::All if unites_ids(backend, query) => {
                    let ids = ids(query, own)
                        .union(UnionType::Distinct, references())
                        .take();
                    listed(changes(linked(query)), ids)
                }
                Kinds::All => {
                    let others = listed(changes(unknown()), references())
                        .filter(Condition::all().add(own.clone()).not());
                    let mut all = changes(linked(query)).filter(own);
                    QuerySelect::query(&mut all).union(UnionType::All, others.into_query());
                    all
                }
            }
        }
    })
}

fn changes(query: &Query, linked: SimpleExpr) -> Changes {
    let mut select = select_changes(&query.tables).select_also(changeset::Entity);
    QuerySelect::query(&mut select)
        .join(
            JoinType::LeftJoin,
            table::<changeset::Entity>(&query.tables, query.tables.changeset()),
            Expr::col((changeset::Entity, changeset::Column::Id))
                .equals((change::Entity, change::Column::ChangesetId)),
        )
        .expr_as(linked, Alias::new(LINKED));
    select
}

/// Not looked up, because most of these have references, or too many rows would be
/// looked at that are skipped.
fn unknown() -> SimpleExpr {
    Expr::cust("TRUE")
}

/// Whether a change has references: most rows' own changes have none.
fn linked(query: &Query) -> SimpleExpr {
    let references = SqlQuery::select()
        .expr(Expr::cust("1"))
        .from(table::<change_ref::Entity>(
            &query.tables,
            query.tables.change_ref(),
        ))
        .and_where(
            Expr::col((change_ref::Entity, change_ref::Column::ChangeId))
                .equals((change::Entity, change::Column::Id)),
        )
        .to_owned();
    Expr::exists(references)
}

/// What a link is cannot be asked by the columns and actions of its object.
pub(super) const fn kinds(query: &Query) -> Kinds {
    match query.kinds {
        Kinds::All if query.action.is_some() || !query.columns.is_empty() => Kinds::Own,
        kinds => kinds,
    }
}

/// Of `select`, the changes whose ids these are.
///
/// They are a table to join, not `IN (SELECT ..)`: MariaDB and MySQL would run that once
/// for each row of the log.
fn listed(mut select: Changes, ids: SelectStatement) -> Changes {
    const LISTED: &str = "changesets_listed";
    QuerySelect::query(&mut select).join_subquery(
        JoinType::InnerJoin,
        ids,
        Alias::new(LISTED),
        Expr::col((Alias::new(LISTED), Alias::new("id")))
            .equals((change::Entity, change::Column::Id)),
    );
    select
}

/// Whether an object's own changes and those that refer to it are united by their ids, and
/// read then, or as whole rows.
///
/// MariaDB and MySQL write rows with JSON to disk before they unite them. But of rows in
/// order SQLite and PostgreSQL read no more than a page needs, and PostgreSQL would read
/// the whole log, as it cannot tell how few ids there are.
fn unites_ids(backend: DbBackend, query: &Query) -> bool {
    backend != DbBackend::Postgres && query.limit.is_none()
}

/// The ids of an object's own changes.
fn ids(query: &Query, own: Condition) -> SelectStatement {
    SqlQuery::select()
        .column((change::Entity, change::Column::Id))
        .from(table::<change::Entity>(
            &query.tables,
            query.tables.change(),
        ))
        .cond_where(own)
        .to_owned()
}

/// The ids of the changes that refer to these objects.
fn references(query: &Query, objects: &Objects) -> SelectStatement {
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
