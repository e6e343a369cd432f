//! What the hook needs of the capture: a row read before and after, one change written.

use std::sync::{Arc, Mutex};

use changesets_core::{ChangesetId, Current, TrackedTable, ambient};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait,
    sea_query::{Condition, Expr, Query},
};

use crate::{
    catalog::TableFacts,
    dialect::{Dialect, Sql},
    session::{HeaderRow, lock},
    table::TrackedEntity,
};

use super::{
    entry::Entry,
    image::{Image, Reader},
    recorder::Recorder,
    scope,
};

/// A row as the hook saw it.
#[derive(Debug, Clone)]
pub(crate) struct HookImage(Image);

/// Reads the rows of one entity, and records what became of them.
#[derive(Debug, Clone)]
pub(crate) struct HookReader {
    table: Arc<TrackedTable>,
    /// The hook does not ask the database.
    facts: Arc<TableFacts>,
}

impl HookReader {
    pub(crate) fn new(table: Arc<TrackedTable>) -> Self {
        Self {
            table,
            facts: Arc::default(),
        }
    }

    pub(crate) fn table(&self) -> &TrackedTable {
        &self.table
    }

    /// The row of `E` that `key` picks, locked until the transaction ends.
    pub(crate) async fn row<E: EntityTrait, C: ConnectionTrait>(
        &self,
        db: &C,
        key: Condition,
    ) -> Result<Option<HookImage>, DbErr> {
        let dialect = Dialect::new(db.get_database_backend());
        let reader = Reader::new(dialect, &self.table, &self.facts);
        let mut list = Sql::new(dialect);
        reader.select_list(&mut list, &reader.target());
        let mut select = Query::select();
        select
            .expr(Expr::cust(list.into_statement().sql))
            .from(E::default().table_ref())
            .cond_where(key);
        if !dialect.is_sqlite() {
            select.lock_exclusive();
        }
        let answer = db.query_one(&select).await?;
        let image = answer.map(|answer| reader.decode(&answer)).transpose()?;
        Ok(image.map(HookImage))
    }

    /// Records the change between two images of one row of `E`; `None` is no row.
    pub(crate) async fn record<E: TrackedEntity, C: ConnectionTrait>(
        &self,
        db: &C,
        before: Option<&HookImage>,
        after: Option<&HookImage>,
    ) -> Result<(), DbErr> {
        let dialect = Dialect::new(db.get_database_backend());
        let reader = Reader::new(dialect, &self.table, &self.facts);
        let entry = match (before, after) {
            (None, Some(new)) => Entry::insert(&reader, &new.0).map(Some),
            (Some(old), None) => Entry::delete(&reader, &old.0).map(Some),
            (Some(old), Some(new)) => Entry::update(&reader, &old.0, &new.0),
            (None, None) => Ok(None),
        };
        let Some(entry) = entry? else {
            return Ok(());
        };
        let log = E::log_tables();
        let recorder = Recorder::new(db, &log);
        let current = scope::current();
        let header = header(&recorder, db, &current).await?;
        ambient::note(&current, header);
        recorder.entries(header, vec![entry]).await
    }
}

/// The header to record under. The hook does not see how its transaction ends, so it has the
/// database write it each time, if it is not there.
async fn header<C: ConnectionTrait>(
    recorder: &Recorder<'_, C>,
    db: &C,
    current: &Current,
) -> Result<ChangesetId, DbErr> {
    let first = HeaderRow::new(current, current.id(), current.parent());
    let place = std::ptr::from_ref(db) as usize;
    let headers = current.extension(0, HookHeaders::default);
    let (id, edited) = headers.of(current, place);
    if id == first.id {
        recorder.write_header(&first, edited).await?;
        return Ok(id);
    }
    if recorder.has_header(first.id).await? {
        return Ok(first.id);
    }
    // Another open transaction is about to write the first header: go on under one of our own.
    let own = HeaderRow::new(current, id, Some(first.id));
    recorder.write_header(&own, false).await?;
    Ok(id)
}

/// Which header each transaction of a scope writes under, by the transaction's address.
#[derive(Debug, Default)]
struct HookHeaders(Mutex<Vec<HookHeader>>);

#[derive(Debug)]
struct HookHeader {
    place: usize,
    id: ChangesetId,
    edits: u64,
}

impl HookHeaders {
    /// The header of the transaction at `place`, and whether the metadata was edited since it was
    /// last asked for. The first transaction gets the changeset's own.
    fn of(&self, current: &Current, place: usize) -> (ChangesetId, bool) {
        let mut headers = lock(&self.0);
        let revision = current.revision();
        if let Some(header) = headers.iter_mut().find(|header| header.place == place) {
            let edited = std::mem::replace(&mut header.edits, revision) < revision;
            return (header.id, edited);
        }
        let id = match headers.is_empty() {
            true => current.id(),
            false => ChangesetId::generate(),
        };
        headers.push(HookHeader {
            place,
            id,
            edits: revision,
        });
        (id, false)
    }
}
