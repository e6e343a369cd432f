//! A large log, written by the database itself: a million changes through a connection would take
//! longer than all that is measured.

use changesets_seaorm::LogTables;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::{
    error::{Context, Result},
    kind::Kind,
};

/// How many changes each product has.
pub(super) const REVISIONS: i64 = 50;

/// Fills the tables of the log with [`REVISIONS`] changes of each of so many products, a hundred
/// changes to a changeset, and the table `plain` with the same rows.
///
/// The changes of one product lie as far apart as they would after years: each round of changes
/// goes over all products. As many links of other products lie before them.
pub(super) async fn seed(db: &DatabaseConnection, kind: Kind, products: i64) -> Result<()> {
    changesets_migration::up(db, &LogTables::default()).await?;
    let changes = products * REVISIONS;
    let script = script(kind)
        .replace("{products}", &products.to_string())
        .replace("{changes}", &changes.to_string())
        .replace("{last}", &(changes - 1).to_string());
    // One at a time: PostgreSQL vacuums in no transaction, and several statements are one.
    for statement in script.split(";\n").filter(|sql| !sql.trim().is_empty()) {
        db.execute_unprepared(statement)
            .await
            .with_context(|| format!("seeding the log of {kind}"))?;
    }
    Ok(())
}

const fn script(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => include_str!("seed/sqlite.sql"),
        Kind::Postgres => include_str!("seed/postgres.sql"),
        Kind::MariaDb => include_str!("seed/mariadb.sql"),
    }
}
