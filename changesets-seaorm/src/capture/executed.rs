//! Results of executions that the capture has to make itself.

use sea_orm::{
    DbBackend, DbErr, ExecResult, MockDatabase, MockDatabaseTrait, MockExecResult, Statement,
};

/// An [`ExecResult`] with these numbers.
///
/// SeaORM offers no constructor; its mock database answers with whatever numbers it was given. It is
/// asked directly: a connection to it costs more than many a statement.
pub(super) fn executed(
    backend: DbBackend,
    last_insert_id: u64,
    rows_affected: u64,
) -> Result<ExecResult, DbErr> {
    let result = MockExecResult {
        last_insert_id,
        rows_affected,
    };
    MockDatabase::new(backend)
        .append_exec_results([result])
        .execute(0, Statement::from_string(backend, ""))
}

/// The id that a result of the database carries; PostgreSQL's carry none.
pub(super) fn last_insert_id(backend: DbBackend, result: &ExecResult) -> u64 {
    match backend {
        DbBackend::Postgres => 0,
        _ => result.last_insert_id(),
    }
}
