//! The shop's migrations, and those of the log among them.

mod m0001_products;
mod m0002_orders;

use changesets_migration::LogTables;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every step of the shop's database.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut steps: Vec<Box<dyn MigrationTrait>> = vec![Box::new(m0001_products::Products)];
        // The shop sold for a while before it kept a history.
        steps.extend(changesets_migration::steps(&LogTables::default()));
        steps.push(Box::new(m0002_orders::Orders));
        steps
    }
}
