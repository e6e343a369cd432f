//! The whole history of objects, in one statement.

use sea_orm::ConnectionTrait;

use super::{
    Fetched, fetch, resolve, rooted_entries,
    scope::{self, Scope},
};
use crate::history::{
    entry::Entry,
    error::HistoryError,
    query::{Kinds, Query},
    subject::Subject,
};

/// Everything a query asks for, with the scope that was found for it.
///
/// Where all changes of the objects are asked for, their lives are told from these,
/// and not looked up first. Only objects that came from another key are read again.
pub(crate) async fn scoped_entries<C: ConnectionTrait>(
    db: &C,
    query: &Query,
) -> Result<(Scope, Vec<(usize, Entry)>), HistoryError> {
    let Subject::Objects(entity, keys) = &query.subject else {
        return read_scoped(db, query, resolve(db, query).await?).await;
    };
    if !is_whole(query) {
        return read_scoped(db, query, resolve(db, query).await?).await;
    }
    let keys = keys
        .iter()
        .map(|key| key.encode(entity))
        .collect::<Result<Vec<_>, _>>()?;
    let fetched: Fetched = fetch(db, query, &Scope::of_keys(entity, &keys), None).await?;
    let scope = scope::resolve_among(db, query, entity, &keys, &fetched.entries).await?;
    if scope.keeps_to_its_keys() {
        let rooted = fetched.rooted(&scope);
        return Ok((scope, rooted));
    }
    read_scoped(db, query, scope).await
}

async fn read_scoped<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    scope: Scope,
) -> Result<(Scope, Vec<(usize, Entry)>), HistoryError> {
    let rooted = rooted_entries(db, query, &scope, None).await?;
    Ok((scope, rooted))
}

/// Whether no change under the keys of its objects is left out.
fn is_whole(query: &Query) -> bool {
    query.kinds != Kinds::Links
        && !query.current_life
        && query.actor.is_none()
        && query.changeset.is_none()
        && query.columns.is_empty()
        && query.action.is_none()
        && query.since.is_none()
        && query.until.is_none()
        && query.limit.is_none()
        && query.after.is_none()
        && query.before.is_none()
}
