//! The connection that everything is written through.

use std::{future::Future, time::Duration};

use changesets_seaorm::{InCurrentChangeset, TrackedConnection, TrackedTransaction};
use sea_orm::{
    ConnectOptions, Database, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::SqliteJournalMode,
};
use sea_orm_migration::MigratorTrait;

use crate::{Config, Error, StartError, entity, migration::Migrator};

/// Connects, brings the tables up to date, and tracks them.
pub(crate) async fn open(config: &Config) -> Result<TrackedConnection, StartError> {
    let mut options = ConnectOptions::new(&config.database_url);
    options
        .max_connections(config.connections)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
        });
    let db = Database::connect(options).await?;
    Migrator::up(&db, None).await?;
    Ok(entity::tracker()?.connect(db))
}

/// Begins a transaction that will write.
///
/// SQLite is told so at once: there, a transaction that began by reading cannot go on to write
/// when another one wrote in between.
pub(crate) async fn begin(db: &TrackedConnection) -> Result<TrackedTransaction, DbErr> {
    db.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    })
    .await
}

/// Does a transaction's work to its end, also for a client who has gone away.
///
/// sqlx loses a connection to MySQL or MariaDB when the transaction on it is dropped in the midst
/// of a query. The task is a part of the request's changeset.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    match tokio::spawn(work.in_current_changeset()).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(Error::Busy),
        },
    }
}
