//! A setting of MariaDB that belongs to the server, and not to a connection.

use sea_orm::ConnectionTrait;

use crate::{
    database::{self, value},
    error::Result,
    kind::{Durability, Kind},
};

/// The setting's name.
const FLUSH: &str = "innodb_flush_log_at_trx_commit";

/// What the server was set to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before(Option<i64>);

/// Makes MariaDB's commits as durable as asked; the other databases choose it with each connection.
///
/// # Errors
///
/// When the server refuses.
pub(crate) async fn set(kind: Kind, durability: Durability) -> Result<Before> {
    let flush = match (kind, durability) {
        (Kind::MariaDb, Durability::Relaxed) => 2,
        (Kind::MariaDb, Durability::Full) => 1,
        _ => return Ok(Before(None)),
    };
    let db = database::server(kind).await?;
    let sql = format!("SELECT CAST(@@GLOBAL.{FLUSH} AS SIGNED)");
    let before = value::<i64>(&db, &sql).await?;
    let sql = format!("SET GLOBAL {FLUSH} = {flush}");
    db.execute_unprepared(&sql).await?;
    db.close().await?;
    Ok(Before(Some(before)))
}

impl Before {
    /// Sets it again.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn put_back(self) -> Result<()> {
        if let Some(flush) = self.0 {
            let db = database::server(Kind::MariaDb).await?;
            let sql = format!("SET GLOBAL {FLUSH} = {flush}");
            db.execute_unprepared(&sql).await?;
            db.close().await?;
        }
        Ok(())
    }
}
