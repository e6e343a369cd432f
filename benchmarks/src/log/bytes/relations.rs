//! How many bytes tables and indexes take.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::{error::Result, kind::Kind};

/// The allocated size of the tables of histories, as each database counts it.
const POSTGRES: &str = "\
SELECT c.relname::text,
    CASE c.relkind WHEN 'r' THEN pg_table_size(c.oid) ELSE pg_relation_size(c.oid) END
FROM pg_class AS c
LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
JOIN pg_class AS t ON t.oid = coalesce(i.indrelid, c.oid)
WHERE c.relkind IN ('r', 'i') AND t.relnamespace = 'public'::regnamespace
    AND t.relname IN ('change', 'change_ref', 'changeset', 'audit')";

const SQLITE: &str = "\
SELECT s.name, sum(s.pgsize)
FROM dbstat AS s JOIN sqlite_schema AS m ON m.name = s.name
WHERE m.tbl_name IN ('change', 'change_ref', 'changeset', 'audit')
GROUP BY s.name";

/// InnoDB keeps a table in its primary key.
const MARIADB: &str = "\
SELECT IF(index_name = 'PRIMARY', table_name, index_name),
    CAST(stat_value * @@innodb_page_size AS SIGNED)
FROM mysql.innodb_index_stats
WHERE database_name = DATABASE() AND stat_name = 'size'
    AND table_name IN ('change', 'change_ref', 'changeset', 'audit')";

/// Tables and indexes with their bytes.
#[derive(Clone, Debug)]
pub(super) struct Relations(BTreeMap<String, i64>);

/// Those in which a history is kept, whoever keeps it.
pub(super) async fn measure(db: &DatabaseConnection, kind: Kind) -> Result<Relations> {
    let sql = match kind {
        Kind::Sqlite => SQLITE,
        Kind::Postgres => POSTGRES,
        Kind::MariaDb => {
            analyze(db).await?;
            MARIADB
        }
    };
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    let sizes = rows
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    Ok(Relations(sizes.collect::<Result<_>>()?))
}

/// Has MariaDB count its pages anew.
async fn analyze(db: &DatabaseConnection) -> Result<()> {
    let sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
    let backend = db.get_database_backend();
    for row in db
        .query_all_raw(Statement::from_string(backend, sql))
        .await?
    {
        let table: String = row.try_get_by_index(0)?;
        let sql = format!("ANALYZE TABLE {}", Kind::MariaDb.quote(&table));
        db.query_all_raw(Statement::from_string(backend, sql))
            .await?;
    }
    Ok(())
}

impl Relations {
    /// What they have grown by.
    pub(super) fn since(&self, before: &Self) -> Self {
        let grown = |(name, bytes): (&String, &i64)| {
            (
                name.clone(),
                bytes - before.0.get(name).copied().unwrap_or(0),
            )
        };
        Self(
            self.0
                .iter()
                .map(grown)
                .filter(|(_, bytes)| *bytes != 0)
                .collect(),
        )
    }

    /// All of them together.
    pub(super) fn total(&self) -> i64 {
        self.0.values().sum()
    }

    /// The largest first.
    pub(super) fn sorted(self) -> Vec<(String, i64)> {
        let mut sorted: Vec<_> = self.0.into_iter().collect();
        sorted.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        sorted
    }
}
