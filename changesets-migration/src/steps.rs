//! The steps in order.

use changesets_core::LogTables;
use sea_orm_migration::MigrationTrait;

use crate::m0001_create_log::CreateLog;

/// All steps, oldest first, for the log tables with the names of `tables`.
///
/// Put them into your own migrator, as the crate's first example does. The
/// order among your steps does not matter: the log refers to no table of yours.
/// A step's name contains the prefix and the schema of its tables, so that two
/// logs can live in one database.
#[must_use]
pub fn steps(tables: &LogTables) -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateLog::new(tables.clone()))]
}
