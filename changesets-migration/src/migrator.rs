//! Running the steps alone.

use changesets_core::LogTables;
use sea_orm_migration::{
    IntoSchemaManagerConnection, MigrationTrait, MigratorTrait, MigratorTraitSelf,
    sea_orm::{DbErr, DynIden},
    sea_query::{Alias, IntoIden},
};

use crate::{names, steps};

/// The steps alone, for log tables with their default names.
///
/// It remembers what it did in `changesets_migration`, so it never mixes with
/// the `seaql_migrations` of an application. For other names there is
/// [`NamedMigrator`].
///
/// `fresh` of [`MigratorTrait`] drops **every** table of the database, not just
/// these, as it does in any migrator.
#[derive(Debug, Clone, Copy, Default)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        steps(&LogTables::default())
    }

    fn migration_table_name() -> DynIden {
        Alias::new(names::migration_table(&LogTables::default())).into_iden()
    }
}

/// The steps alone, for log tables with a prefix or in a schema of their own.
#[derive(Debug, Clone, Default)]
pub struct NamedMigrator {
    tables: LogTables,
}

impl NamedMigrator {
    /// A migrator of the log with these table names.
    #[must_use]
    pub const fn new(tables: LogTables) -> Self {
        Self { tables }
    }
}

impl MigratorTraitSelf for NamedMigrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        steps(&self.tables)
    }

    fn migration_table_name(&self) -> DynIden {
        Alias::new(names::migration_table(&self.tables)).into_iden()
    }
}

/// Applies every pending step to the log with these table names.
///
/// # Errors
///
/// What the database answers, and [`DbErr::Migration`] for a schema on a
/// database other than PostgreSQL.
pub async fn up<'c, C>(db: C, tables: &LogTables) -> Result<(), DbErr>
where
    C: IntoSchemaManagerConnection<'c>,
{
    NamedMigrator::new(tables.clone()).up(db, None).await
}

/// Takes every applied step back, and with it the whole history.
///
/// # Errors
///
/// What the database answers.
pub async fn down<'c, C>(db: C, tables: &LogTables) -> Result<(), DbErr>
where
    C: IntoSchemaManagerConnection<'c>,
{
    NamedMigrator::new(tables.clone()).down(db, None).await
}
