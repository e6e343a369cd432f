//! The triggers one writes by hand: the database's own floor.

use sea_orm::{ConnectionTrait, DbErr};

use crate::kind::Kind;

/// Row triggers that write old and new as JSON to the audit table.
///
/// # Errors
///
/// When the database refuses.
pub(crate) async fn create_row_triggers(
    db: &impl ConnectionTrait,
    kind: Kind,
) -> Result<(), DbErr> {
    let script = match kind {
        Kind::Sqlite => include_str!("triggers/sqlite.sql"),
        Kind::Postgres => include_str!("triggers/postgres_row.sql"),
        Kind::MariaDb => include_str!("triggers/mariadb.sql"),
    };
    run(db, script).await
}

/// Statement triggers with transition tables that do the same; PostgreSQL alone has them.
///
/// `mended`: without nested loops, so that a plan made for one row does for ten thousand.
///
/// # Errors
///
/// When the database refuses.
pub(crate) async fn create_statement_triggers(
    db: &impl ConnectionTrait,
    mended: bool,
) -> Result<(), DbErr> {
    run(db, include_str!("triggers/postgres_statement.sql")).await?;
    if mended {
        let mend = "ALTER FUNCTION audit_update() SET enable_nestloop = off";
        db.execute_unprepared(mend).await?;
    }
    Ok(())
}

/// Runs statements that are parted by lines of two dashes.
async fn run(db: &impl ConnectionTrait, script: &str) -> Result<(), DbErr> {
    for statement in script.split("\n--\n") {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}
