//! The tables a change history lives in, as `sea-orm-migration` steps.
//!
//! Two ways to create them. As steps of your own migrator, which is what most
//! applications want:
//!
//! ```
//! use changesets_migration::LogTables;
//! use sea_orm_migration::{MigrationTrait, MigratorTrait};
//!
//! struct Migrator;
//!
//! impl MigratorTrait for Migrator {
//!     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
//!         let mut steps = changesets_migration::steps(&LogTables::default());
//!         // steps.push(Box::new(m20260701_000001_create_product::Migration));
//!         steps
//!     }
//! }
//! # assert!(!Migrator::migrations().is_empty());
//! ```
//!
//! Or alone, with a migration table of their own:
//!
//! ```
//! # use sea_orm_migration::sea_orm::{Database, DbErr};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), DbErr> {
//! use changesets_migration::{LogTables, down, up};
//!
//! let db = Database::connect("sqlite::memory:").await?;
//! up(&db, &LogTables::default()).await?;
//! down(&db, &LogTables::default()).await?; // takes the whole history with it
//! # Ok(())
//! # }
//! ```
//!
//! Steps are numbered and never edited once released: a later release of this
//! crate appends steps, and its changelog says so. What the tables hold, field
//! by field, is in `docs/log-format.md`.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod m0001_create_log;
mod migrator;
mod names;
mod steps;

pub use changesets_core::LogTables;
pub use migrator::{Migrator, NamedMigrator, down, up};
pub use steps::steps;
