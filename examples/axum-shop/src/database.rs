//! The connection that everything is written through.

use std::time::Duration;

use changesets_seaorm::{TrackedConnection, TrackedTransaction};
use sea_orm::{
    ConnectOptions, Database, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::SqliteJournalMode,
};
use sea_orm_migration::MigratorTrait;

use crate::{Config, StartError, entity, migration::Migrator};

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
