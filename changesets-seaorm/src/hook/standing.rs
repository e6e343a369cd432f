//! Who records a write: the connection, or the hook.

use std::any::TypeId;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement};

use crate::{
    connection::{TrackedConnection, TrackedTransaction},
    error::CaptureError,
    table::{OutsideTransaction, TrackedEntity, entity_name},
    tracker::Shared,
};

/// Who records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A tracked connection: the hook stands aside.
    Connection,
    /// A plain transaction: the hook records.
    Hook,
}

/// Ends the question that the hook asks a connection.
///
/// The hook gets `&impl ConnectionTrait`, and cannot look into it without unsafe code; but it can
/// send it a statement. A tracked connection answers this one itself; any other runs it, and
/// returns one row.
const QUESTION: &str = " AS changesets_tracks";
const ASKS: &str = "SELECT ";

/// Finds out who records writes of `E` on `db`, before one is made.
pub(super) async fn standing<E, C>(db: &C) -> Result<Standing, DbErr>
where
    E: TrackedEntity,
    C: ConnectionTrait,
{
    let connection = typeid::of::<C>();
    let known = is_tracked(connection);
    let entity = entity_name::<E>();
    let anyhow = E::outside_transaction() == OutsideTransaction::Record;
    if connection == TypeId::of::<DatabaseTransaction>()
        || (anyhow && connection == TypeId::of::<DatabaseConnection>())
    {
        return Ok(Standing::Hook);
    }
    if connection == TypeId::of::<DatabaseConnection>() {
        return Err(not_in_transaction(&entity));
    }
    let backend = db.get_database_backend();
    let name = crate::dialect::Dialect::new(backend).literal(&entity);
    let question = Statement::from_string(backend, [ASKS, &name, QUESTION].concat());
    match db.query_one_raw(question).await? {
        None => Ok(Standing::Connection),
        // Somebody's wrapper around a plain connection, or around a transaction: no telling which.
        Some(_) if !known => Err(not_in_transaction(&entity)),
        Some(_) => Ok(Standing::Connection),
    }
}

/// The same after the write. That a tracked connection knows the entity was found out before it.
pub(super) async fn standing_after<E, C>(db: &C) -> Result<Standing, DbErr>
where
    E: TrackedEntity,
    C: ConnectionTrait,
{
    match is_tracked(typeid::of::<C>()) {
        true => Ok(Standing::Connection),
        false => standing::<E, C>(db).await,
    }
}

fn is_tracked(connection: TypeId) -> bool {
    connection == TypeId::of::<TrackedConnection>()
        || connection == TypeId::of::<TrackedTransaction>()
}

fn not_in_transaction(table: &str) -> DbErr {
    CaptureError::NotInTransaction {
        table: table.to_owned(),
    }
    .into()
}

/// Answers the hook's question, if `sql` is one.
pub(crate) fn tracks(shared: &Shared, sql: &str) -> Option<Result<(), CaptureError>> {
    let entity = sql.strip_suffix(QUESTION)?.strip_prefix(ASKS)?;
    let entity = entity.strip_prefix('\'')?.strip_suffix('\'')?;
    let entity = entity.replace("''", "'");
    Some(match shared.position(&entity) {
        Some(_) => Ok(()),
        None => Err(CaptureError::UnknownEntity { table: entity }),
    })
}
