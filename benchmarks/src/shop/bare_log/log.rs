//! The statements that write to the log.

use changesets_seaorm::ChangesetId;
use chrono::Utc;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, Statement, Value};
use serde_json::json;

use crate::shop::along::{Along, Place};

const HEADER: &str = "INSERT INTO changeset (id, created_at, actor, reason, context, origin)";
const CHANGE: &str = "(entity, changeset_id, recorded_at, object_key, action, diff)";

/// What inserts references, up to their values.
pub(super) const REFS: &str = "INSERT INTO change_ref (change_id, entity, object_key, role)";

/// Writes the header of a changeset.
pub(crate) async fn header<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => format!("{HEADER} VALUES ($1, $2, $3, $4, $5, $6)"),
        _ => format!("{HEADER} VALUES (?, ?, ?, ?, ?, ?)"),
    };
    run(db, sql, header_values()).await.map(drop)
}

/// PostgreSQL: a connection whose writes write the header of a changeset as well.
pub(crate) fn with_header<C: ConnectionTrait>(db: &C) -> Along<'_, C> {
    let sql = format!("{HEADER} VALUES (?, ?, ?, ?, ?, ?)");
    Along::new(db, Place::Beside("header"), sql, header_values())
}

fn header_values() -> [Value; 6] {
    [
        ChangesetId::generate().as_uuid().into(),
        Utc::now().into(),
        "user:1".into(),
        "spring sale".into(),
        json!({}).into(),
        "app".into(),
    ]
}

/// PostgreSQL: the same for a change, which is called `logged` there.
pub(super) fn with_change<'a, C: ConnectionTrait>(
    db: &'a C,
    entity: &str,
    change: [Value; 5],
) -> Along<'a, C> {
    let sql = format!("{} RETURNING id", into(DbBackend::Postgres, entity));
    Along::new(db, Place::Beside("logged"), sql, change)
}

/// PostgreSQL: the same for a change that is told from the written row: its diff is an expression.
pub(super) fn with_change_of<'a, C: ConnectionTrait>(
    db: &'a C,
    action: &str,
    (key, diff): &(String, String),
) -> Along<'a, C> {
    let sql = format!(
        "INSERT INTO change {CHANGE} SELECT 'product', ?::uuid, ?::timestamptz, {key}, '{action}', {diff} \
         FROM written"
    );
    Along::new(db, Place::After, sql, shared())
}

/// Writes a change of one row.
pub(super) async fn log_one<C: ConnectionTrait>(
    db: &C,
    entity: &str,
    change: [Value; 5],
) -> Result<ExecResult, DbErr> {
    run(db, into(db.get_database_backend(), entity), change).await
}

fn into(backend: DbBackend, entity: &str) -> String {
    format!(
        "INSERT INTO {} {CHANGE} VALUES ('{entity}', ?, ?, ?, ?, ?)",
        table(backend)
    )
}

/// `change` is a word of MariaDB's own.
pub(super) fn table(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::MySql => "`change`",
        _ => "change",
    }
}

/// The values of a change of one row.
pub(super) fn change(action: &str, key: String, diff: serde_json::Value) -> [Value; 5] {
    let [changeset, now] = shared();
    [changeset, now, key.into(), action.into(), diff.into()]
}

/// What all changes of a statement share: their changeset, and the time.
pub(super) fn shared() -> [Value; 2] {
    [uuid::Uuid::nil().into(), Utc::now().into()]
}

/// `INSERT INTO change … SELECT` of the rows of a table: their keys and diffs are expressions, the
/// condition is made with the places of its parameters.
pub(super) fn log_many(
    backend: DbBackend,
    entity: &str,
    action: &str,
    (key, diff): &(String, String),
    condition: impl FnOnce([&str; 3]) -> String,
) -> String {
    let (shared, places) = match backend {
        DbBackend::Postgres => ("$1::uuid, $2::timestamptz", ["$3", "$4", "$5"]),
        _ => ("?, ?", ["?"; 3]),
    };
    format!(
        "INSERT INTO {} {CHANGE} SELECT '{entity}', {shared}, {key}, '{action}', {diff} FROM {entity} \
         WHERE {}",
        table(backend),
        condition(places)
    )
}

/// Runs a statement.
pub(super) async fn run<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<ExecResult, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await
}
