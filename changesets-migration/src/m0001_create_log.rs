//! Step 1: the three tables of the log and their indexes.
//!
//! Written as SQL, one file per database: the column types, collations and
//! identity columns that matter here are what a schema builder papers over.

mod mysql;
mod postgres;
mod sqlite;

use async_trait::async_trait;
use changesets_core::LogTables;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

use crate::names::step_name;

/// Creates `changeset`, `change` and `change_ref`.
#[derive(Debug)]
pub(crate) struct CreateLog {
    tables: LogTables,
    name: String,
}

impl CreateLog {
    pub(crate) fn new(tables: LogTables) -> Self {
        let name = step_name("changesets_0001_create_log", &tables);
        Self { tables, name }
    }

    fn refuse_schema(&self, backend: DbBackend) -> Result<(), DbErr> {
        match self.tables.schema_name() {
            Some(schema) if backend != DbBackend::Postgres => Err(DbErr::Migration(format!(
                "the log tables cannot be put into schema `{schema}`: schemas are for PostgreSQL; \
                 use `LogTables::prefix` instead"
            ))),
            _ => Ok(()),
        }
    }
}

impl MigrationName for CreateLog {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait]
impl MigrationTrait for CreateLog {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        self.refuse_schema(db.get_database_backend())?;
        match db.get_database_backend() {
            DbBackend::Sqlite => run(db, &sqlite::up(&self.tables)).await,
            DbBackend::Postgres => postgres::up(db, &self.tables).await,
            DbBackend::MySql => mysql::up(db, &self.tables).await,
            other => Err(unknown(other)),
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let quote = match db.get_database_backend() {
            DbBackend::Sqlite | DbBackend::Postgres => '"',
            DbBackend::MySql => '`',
            other => return Err(unknown(other)),
        };
        let statements: Vec<String> = [
            self.tables.change_ref(),
            self.tables.change(),
            self.tables.changeset(),
        ]
        .map(|table| format!("DROP TABLE {}", qualified(&self.tables, table, quote)))
        .into();
        run(db, &statements).await
    }

    /// All or nothing where the database can do that; MariaDB and MySQL commit
    /// each statement, whatever we ask, and are cleaned up after by hand.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn run<C: ConnectionTrait>(db: &C, statements: &[String]) -> Result<(), DbErr> {
    for sql in statements {
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// A table's name as SQL. `LogTables` lets only letters, digits and underscores
/// through, so there is nothing to escape.
fn qualified(tables: &LogTables, table: &str, quote: char) -> String {
    match tables.schema_name() {
        Some(schema) => format!("{quote}{schema}{quote}.{quote}{table}{quote}"),
        None => format!("{quote}{table}{quote}"),
    }
}

fn unknown(backend: DbBackend) -> DbErr {
    DbErr::Migration(format!("the change log does not know database {backend:?}"))
}
