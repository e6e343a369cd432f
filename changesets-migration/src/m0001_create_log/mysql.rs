//! The log on MariaDB and MySQL.

use changesets_core::LogTables;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement};

use super::qualified;

/// Creates the tables, each with its indexes in one statement: DDL commits by
/// itself here, so the fewer statements, the fewer ways to stop halfway.
///
/// When a table cannot be created, those this run created before it are dropped
/// again, so that the step can be tried once more.
pub(super) async fn up<C: ConnectionTrait>(db: &C, tables: &LogTables) -> Result<(), DbErr> {
    let collation = collation(db).await?;
    let mut created: Vec<String> = Vec::new();
    for (table, columns) in definitions(tables, collation) {
        let table = qualified(tables, table, '`');
        let sql = format!(
            "CREATE TABLE {table} ({columns}) \
             ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE {collation}"
        );
        if let Err(error) = db.execute_unprepared(&sql).await {
            for table in created.iter().rev() {
                db.execute_unprepared(&format!("DROP TABLE {table}"))
                    .await?;
            }
            return Err(error);
        }
        created.push(table);
    }
    Ok(())
}

/// The collation that compares text byte by byte. `utf8mb4_bin` will not do: it
/// takes the keys `a` and `a ` for the same.
async fn collation<C: ConnectionTrait>(db: &C) -> Result<&'static str, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), "SELECT VERSION()");
    let version = match db.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index::<String>(0)?,
        None => String::new(),
    };
    Ok(if version.contains("MariaDB") {
        "utf8mb4_nopad_bin"
    } else {
        "utf8mb4_0900_bin"
    })
}

/// Lengths: an identifier has at most 64 characters, so `schema.table` fits into
/// 129; the rest is shared out so that the longest index stays within InnoDB's
/// 3072 bytes at four bytes a character.
///
/// `datetime(6)`, always UTC: the `timestamp` type ends in 2038.
fn definitions<'a>(tables: &'a LogTables, collation: &str) -> [(&'a str, String); 3] {
    let index = |name: &str| format!("`{}{name}`", tables.prefix_str());
    let text = |length: u16| {
        format!("varchar({length}) CHARACTER SET utf8mb4 COLLATE {collation} NOT NULL")
    };
    let (entity, object_key, role) = (text(129), text(400), text(200));
    [
        (
            tables.changeset(),
            format!(
                "`id` binary(16) NOT NULL PRIMARY KEY, \
                 `created_at` datetime(6) NOT NULL, \
                 `actor` varchar(255), \
                 `actor_label` text, \
                 `reason` text, \
                 `context` json NOT NULL, \
                 `parent_id` binary(16), \
                 `origin` varchar(16) NOT NULL, \
                 INDEX {} (`created_at`), \
                 INDEX {} (`actor`, `created_at`)",
                index("changeset_created_at"),
                index("changeset_actor")
            ),
        ),
        (
            tables.change(),
            format!(
                "`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, \
                 `changeset_id` binary(16) NOT NULL, \
                 `recorded_at` datetime(6) NOT NULL, \
                 `entity` {entity}, \
                 `object_key` {object_key}, \
                 `action` varchar(6) NOT NULL, \
                 `diff` json NOT NULL, \
                 INDEX {} (`entity`, `object_key`, `id`), \
                 INDEX {} (`changeset_id`)",
                index("change_object"),
                index("change_changeset")
            ),
        ),
        (
            tables.change_ref(),
            format!(
                "`change_id` bigint NOT NULL, \
                 `entity` {entity}, \
                 `object_key` {object_key}, \
                 `role` {role}, \
                 PRIMARY KEY (`change_id`, `entity`, `object_key`, `role`), \
                 INDEX {} (`entity`, `object_key`, `change_id`)",
                index("change_ref_object")
            ),
        ),
    ]
}
