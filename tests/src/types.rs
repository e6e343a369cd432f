//! A column of every type SeaORM has.
//!
//! [`common`] holds what all three databases have; [`sqlite`], [`postgres`] and [`mysql`] what
//! only that one has, or what SeaORM can bind and read only there. Every column is nullable but
//! the key. Each module has `full(id)`, every column set, and `nulls(id)`, none.
//!
//! Left out, because SeaORM itself cannot read them back: `i8` and unsigned columns on
//! PostgreSQL, `u64` on SQLite. Left out as well: vectors, which need an extension that Debian
//! does not bring along.

pub mod common;
pub mod mysql;
pub mod postgres;
pub mod sqlite;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Schema};

/// Creates the table of [`common`] and that of the database at hand.
pub async fn create_tables<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    if backend == DbBackend::Postgres {
        db.execute_unprepared("CREATE EXTENSION IF NOT EXISTS ltree")
            .await?;
    }
    // Two steps, because SeaORM picks the order within one: the array of enums in `postgres`
    // needs the type that `common` brings along.
    let tables = || Schema::new(backend).builder();
    tables().register(common::Entity).apply(db).await?;
    match backend {
        DbBackend::Sqlite => tables().register(sqlite::Entity),
        DbBackend::Postgres => tables().register(postgres::Entity),
        _ => tables().register(mysql::Entity),
    }
    .apply(db)
    .await
}
