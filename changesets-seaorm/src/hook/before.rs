//! The row before a write, kept from the hook's first half to its second.

use std::{
    any::TypeId,
    collections::HashMap,
    mem::{Discriminant, discriminant},
    num::NonZeroUsize,
    sync::{Arc, LazyLock, Mutex},
};

use changesets_core::TrackedTable;
use lru::LruCache;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    Iterable, PrimaryKeyToColumn, Value, sea_query::Condition,
};

use crate::{
    capture::{HookImage, HookReader, uncapturable},
    error::CaptureError,
    session::lock,
    table::{TrackedEntity, hooked_table},
};

/// How many writes may be between their two halves at once.
const WAITING: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// Rows read before a write, by transaction, table and key.
///
/// The two halves of the hook share nothing but the connection they are given. SeaORM hands both the
/// same reference, so its address names the transaction as long as the write lasts; a later write
/// from the same address reads its own row first, and so never sees an old one. A failed write
/// leaves its row behind: the cache is bounded, and a row that was pushed out is an error, never a
/// lost change.
static ROWS: LazyLock<Mutex<LruCache<Place, Option<HookImage>>>> =
    LazyLock::new(|| Mutex::new(LruCache::new(WAITING)));

/// Where a row waits: the address of its transaction, its table, and its key values.
type Place = (usize, String, String);

/// Reads, locks and keeps the row of `model`.
pub(super) async fn read<A, C>(model: &A, db: &C) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    C: ConnectionTrait,
{
    // SeaORM itself refuses to write a model without a key.
    if let Some(key) = key_of(model) {
        let reader = reader::<A::Entity>(db)?;
        let image = reader.row::<A::Entity, C>(db, condition::<A>(&key)).await?;
        lock(&ROWS).put(place(db, reader.table(), &key), image);
    }
    Ok(())
}

/// Records what a save changed.
pub(super) async fn record_save<A, C>(model: &A, db: &C, insert: bool) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    C: ConnectionTrait,
{
    let reader = reader::<A::Entity>(db)?;
    let Some(key) = key_of(model) else {
        return Err(no_before(reader.table(), "unknown"));
    };
    let after = reader.row::<A::Entity, C>(db, condition::<A>(&key)).await?;
    let before = match insert {
        true => None,
        false => take(db, reader.table(), &key)?,
    };
    if after.is_none() {
        return Err(not_there(reader.table(), insert));
    }
    reader
        .record::<A::Entity, C>(db, before.as_ref(), after.as_ref())
        .await
}

/// Records a delete.
pub(super) async fn record_delete<A, C>(model: &A, db: &C) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    C: ConnectionTrait,
{
    let Some(key) = key_of(model) else {
        return Ok(());
    };
    let reader = reader::<A::Entity>(db)?;
    let before = take(db, reader.table(), &key)?;
    let after = reader.row::<A::Entity, C>(db, condition::<A>(&key)).await?;
    reader
        .record::<A::Entity, C>(db, before.as_ref(), after.as_ref())
        .await
}

/// What reads each entity on each kind of database: described once, as entities stay what they are.
static READERS: LazyLock<Mutex<HashMap<Described, HookReader>>> = LazyLock::new(Mutex::default);

/// An entity, and a kind of database.
type Described = (TypeId, Discriminant<DbBackend>);

fn reader<E: TrackedEntity>(db: &impl ConnectionTrait) -> Result<HookReader, DbErr> {
    let place = (TypeId::of::<E>(), discriminant(&db.get_database_backend()));
    if let Some(known) = lock(&READERS).get(&place) {
        return Ok(known.clone());
    }
    let table = hooked_table::<E>().map_err(|error| DbErr::Custom(error.to_string()))?;
    let reader = HookReader::new(Arc::new(table));
    lock(&READERS).insert(place, reader.clone());
    Ok(reader)
}

/// The values of the primary key, if all are known.
fn key_of<A: ActiveModelTrait>(model: &A) -> Option<Vec<Value>> {
    <A::Entity as EntityTrait>::PrimaryKey::iter()
        .map(|key| match model.get(key.into_column()) {
            ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Some(value),
            ActiveValue::NotSet => None,
        })
        .collect()
}

fn condition<A: ActiveModelTrait>(key: &[Value]) -> Condition {
    <A::Entity as EntityTrait>::PrimaryKey::iter()
        .zip(key)
        .fold(Condition::all(), |all, (column, value)| {
            all.add(column.into_column().eq(value.clone()))
        })
}

fn place<C>(db: &C, table: &TrackedTable, key: &[Value]) -> Place {
    let address = std::ptr::from_ref(db).addr();
    (address, table.entity().to_owned(), format!("{key:?}"))
}

fn take<C>(db: &C, table: &TrackedTable, key: &[Value]) -> Result<Option<HookImage>, DbErr> {
    let found = lock(&ROWS).pop(&place(db, table, key));
    found.ok_or_else(|| no_before(table, &format!("{key:?}")))
}

/// What was saved is not in the table.
fn not_there(table: &TrackedTable, insert: bool) -> DbErr {
    let kind = if insert { "INSERT" } else { "UPDATE" };
    let why = "a trigger deletes the row at once, or gives it another key, and does not tell which; \
               roll back, and take the trigger away";
    uncapturable(table, kind, why).into()
}

fn no_before(table: &TrackedTable, key: &str) -> DbErr {
    CaptureError::NoBeforeImage {
        table: table.entity().to_owned(),
        key: key.to_owned(),
    }
    .into()
}
