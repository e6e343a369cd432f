//! The queries behind the catalog, one set per database, one shape of answer.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::{ForeignKey, Reaction, TableName, Unique};

const SQLITE_COLUMNS: &str = "SELECT NULL AS \"schema\", m.name AS \"table\", 1 AS \"visible\", \
     p.name AS \"name\", p.type AS \"type\", \
     p.pk > 0 AND lower(p.type) = 'integer' AND \
     (SELECT count(*) FROM pragma_table_info(m.name) q WHERE q.pk > 0) = 1 AS \"auto\", \
     p.hidden IN (2, 3) AS \"generated\", p.\"notnull\" OR p.pk > 0 AS \"required\" \
     FROM sqlite_master m JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table' \
     ORDER BY m.name, p.cid";

const POSTGRES_COLUMNS: &str = "SELECT n.nspname::text AS \"schema\", c.relname::text AS \"table\", \
     CASE WHEN pg_table_is_visible(c.oid) THEN 1 ELSE 0 END AS \"visible\", \
     a.attname::text AS \"name\", format_type(a.atttypid, a.atttypmod) AS \"type\", 0 AS \"auto\", \
     CASE WHEN a.attgenerated <> '' THEN 1 ELSE 0 END AS \"generated\", \
     CASE WHEN a.attnotnull THEN 1 ELSE 0 END AS \"required\" \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, a.attnum";

const MYSQL_COLUMNS: &str = "SELECT CAST(TABLE_SCHEMA AS CHAR) AS `schema`, \
     CAST(TABLE_NAME AS CHAR) AS `table`, TABLE_SCHEMA = DATABASE() AS `visible`, \
     CAST(COLUMN_NAME AS CHAR) AS `name`, CAST(COLUMN_TYPE AS CHAR) AS `type`, \
     EXTRA LIKE '%auto_increment%' AS `auto`, \
     EXTRA LIKE '%generated%' OR EXTRA LIKE '%on update%' OR TABLE_NAME IN \
     (SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS \
     WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_MANIPULATION = 'UPDATE') AS `generated`, \
     IS_NULLABLE = 'NO' AS `required` \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() \
     ORDER BY TABLE_NAME, ORDINAL_POSITION";

const SQLITE_KEYS: &str = "SELECT m.name || '.' || f.id AS \"id\", NULL AS \"child_schema\", \
     m.name AS \"child\", NULL AS \"parent_schema\", f.\"table\" AS \"parent\", \
     f.\"from\" AS \"child_column\", coalesce(f.\"to\", k.name) AS \"parent_column\", \
     f.on_delete AS \"on_delete\", f.on_update AS \"on_update\" \
     FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
     LEFT JOIN pragma_table_info(f.\"table\") k ON k.pk = f.seq + 1 AND f.\"to\" IS NULL \
     WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";

const POSTGRES_KEYS: &str = "SELECT k.oid::text AS \"id\", \
     CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE cn.nspname::text END AS \"child_schema\", \
     c.relname::text AS \"child\", \
     CASE WHEN pg_table_is_visible(p.oid) THEN NULL ELSE pn.nspname::text END AS \"parent_schema\", \
     p.relname::text AS \"parent\", ca.attname::text AS \"child_column\", \
     pa.attname::text AS \"parent_column\", k.confdeltype::text AS \"on_delete\", \
     k.confupdtype::text AS \"on_update\" FROM pg_constraint k \
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace \
     JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace \
     CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(child, parent, ord) \
     JOIN pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = u.child \
     JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.parent \
     WHERE k.contype = 'f' ORDER BY k.oid, u.ord";

const MYSQL_KEYS: &str = "SELECT CAST(CONCAT(k.TABLE_NAME, '.', k.CONSTRAINT_NAME) AS CHAR) AS `id`, \
     NULL AS `child_schema`, CAST(k.TABLE_NAME AS CHAR) AS `child`, NULL AS `parent_schema`, \
     CAST(k.REFERENCED_TABLE_NAME AS CHAR) AS `parent`, \
     CAST(k.COLUMN_NAME AS CHAR) AS `child_column`, \
     CAST(k.REFERENCED_COLUMN_NAME AS CHAR) AS `parent_column`, \
     CAST(r.DELETE_RULE AS CHAR) AS `on_delete`, CAST(r.UPDATE_RULE AS CHAR) AS `on_update` \
     FROM information_schema.KEY_COLUMN_USAGE k \
     JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA \
     AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME \
     WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_SCHEMA = DATABASE() \
     ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

const SQLITE_UNIQUE: &str = "SELECT m.name AS \"table\", i.name AS \"id\", c.name AS \"column\", \
     i.origin <> 'c' AS \"declared\" \
     FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c \
     WHERE m.type = 'table' AND i.\"unique\" = 1 ORDER BY m.name, i.name, c.seqno";

/// Not those that are looked at only when a transaction ends, and of no table that others inherit from, whose
/// rows they do not know.
const POSTGRES_UNIQUE: &str = "SELECT t.name AS \"table\", i.indexrelid::text AS \"id\", \
     a.attname::text AS \"column\", 1 AS \"declared\" FROM pg_index i \
     JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     CROSS JOIN LATERAL (SELECT n.nspname || '.' || c.relname AS name \
     UNION SELECT c.relname::text WHERE pg_table_is_visible(c.oid)) AS t \
     CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord) \
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
     WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL \
     AND k.ord <= i.indnkeyatts AND NOT (c.relkind = 'r' AND c.relhassubclass) \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2, k.ord";

const MYSQL_UNIQUE: &str = "SELECT CAST(TABLE_NAME AS CHAR) AS `table`, \
     CAST(INDEX_NAME AS CHAR) AS `id`, CAST(COLUMN_NAME AS CHAR) AS `column`, 1 AS `declared` \
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 \
     ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

const SQLITE_TRIGGERS: &str =
    "SELECT DISTINCT tbl_name AS \"table\" FROM sqlite_master WHERE type = 'trigger'";

/// Triggers of updates (`tgtype`: row 1, before 2, insert 4, update 16; a row may move to another partition) that
/// run otherwise than after each row. Tables on other servers may have any. What inherits from a table is part of
/// it.
const POSTGRES_TRIGGERS: &str = "WITH RECURSIVE triggered AS (SELECT oid FROM \
     (SELECT tgrelid FROM pg_trigger \
     WHERE NOT tgisinternal AND tgtype & 20 <> 0 AND tgtype & 3 <> 1 \
     UNION SELECT oid FROM pg_class WHERE relkind = 'f') AS itself(oid) \
     UNION SELECT i.inhparent FROM pg_inherits i JOIN triggered ON i.inhrelid = triggered.oid) \
     SELECT t.name AS \"table\" FROM triggered \
     JOIN pg_class c ON c.oid = triggered.oid JOIN pg_namespace n ON n.oid = c.relnamespace \
     CROSS JOIN LATERAL (SELECT n.nspname || '.' || c.relname AS name \
     UNION SELECT c.relname::text WHERE pg_table_is_visible(c.oid)) AS t";

pub(super) struct Column {
    schema: Option<String>,
    table: String,
    visible: bool,
    pub(super) name: String,
    pub(super) db_type: String,
    /// The database numbers this column: on SQLite that of the rowid.
    pub(super) auto_increment: bool,
    /// An update may change it that does not assign it.
    pub(super) generated: bool,
    /// It is never NULL, but for a key of several columns on SQLite.
    pub(super) required: bool,
}

impl Column {
    /// The names under which a tracked table may be known: with its schema, and without if it is
    /// found without.
    pub(super) fn table_names(&self) -> impl Iterator<Item = String> {
        let qualified = self.schema.as_ref().map(|s| format!("{s}.{}", self.table));
        let plain = self.visible.then(|| self.table.clone());
        qualified.into_iter().chain(plain)
    }

    pub(super) fn foreign_key_name(&self) -> TableName {
        TableName {
            schema: self.schema.clone().filter(|_| !self.visible),
            name: self.table.clone(),
        }
    }
}

async fn rows<C: ConnectionTrait>(db: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
}

pub(super) async fn columns<C: ConnectionTrait>(db: &C) -> Result<Vec<Column>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => SQLITE_COLUMNS,
        DbBackend::Postgres => POSTGRES_COLUMNS,
        _ => MYSQL_COLUMNS,
    };
    let column = |row: QueryResult| {
        Ok(Column {
            schema: row.try_get("", "schema")?,
            table: row.try_get("", "table")?,
            visible: flag(&row, "visible")?,
            auto_increment: flag(&row, "auto")?,
            generated: flag(&row, "generated")?,
            required: flag(&row, "required")?,
            name: row.try_get("", "name")?,
            db_type: row.try_get("", "type")?,
        })
    };
    rows(db, sql).await?.into_iter().map(column).collect()
}

/// Databases type a comparison differently.
fn flag(row: &QueryResult, name: &str) -> Result<bool, DbErr> {
    row.try_get::<i64>("", name)
        .or_else(|_| row.try_get::<i32>("", name).map(i64::from))
        .map(|flag| flag != 0)
}

pub(super) async fn foreign_keys<C: ConnectionTrait>(db: &C) -> Result<Vec<ForeignKey>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => SQLITE_KEYS,
        DbBackend::Postgres => POSTGRES_KEYS,
        _ => MYSQL_KEYS,
    };
    let mut keys: Vec<(String, ForeignKey)> = Vec::new();
    for row in rows(db, sql).await? {
        let id: String = row.try_get("", "id")?;
        if keys.last().is_none_or(|(last, _)| *last != id) {
            let table = |schema: &str, name: &str| {
                Ok::<_, DbErr>(TableName {
                    schema: row.try_get("", schema)?,
                    name: row.try_get("", name)?,
                })
            };
            let key = ForeignKey {
                child: table("child_schema", "child")?,
                parent: table("parent_schema", "parent")?,
                child_columns: Vec::new(),
                parent_columns: Vec::new(),
                on_delete: reaction(&row.try_get::<String>("", "on_delete")?),
                on_update: reaction(&row.try_get::<String>("", "on_update")?),
            };
            keys.push((id, key));
        }
        if let Some((_, key)) = keys.last_mut() {
            key.child_columns.push(row.try_get("", "child_column")?);
            key.parent_columns.push(row.try_get("", "parent_column")?);
        }
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

/// Rules by name (SQLite, MySQL) or by PostgreSQL's letter (`pg_constraint.confdeltype`).
fn reaction(rule: &str) -> Reaction {
    match rule {
        "CASCADE" | "c" => Reaction::Cascade,
        "SET NULL" | "SET DEFAULT" | "n" | "d" => Reaction::Set,
        _ => Reaction::None,
    }
}

pub(super) async fn unique_keys<C: ConnectionTrait>(db: &C) -> Result<Vec<Unique>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => SQLITE_UNIQUE,
        DbBackend::Postgres => POSTGRES_UNIQUE,
        _ => MYSQL_UNIQUE,
    };
    // An index over an expression has a column without a name: `None` as a whole.
    let mut keys: BTreeMap<(String, String), Option<Unique>> = BTreeMap::new();
    for row in rows(db, sql).await? {
        let (table, id): (String, String) = (row.try_get("", "table")?, row.try_get("", "id")?);
        let declared = flag(&row, "declared")?;
        let key = keys.entry((table.clone(), id)).or_insert(Some(Unique {
            table,
            columns: Vec::new(),
            declared,
        }));
        let column: Option<String> = row.try_get("", "column")?;
        match (&mut *key, column) {
            (Some(unique), Some(column)) => unique.columns.push(column),
            _ => *key = None,
        }
    }
    Ok(keys.into_values().flatten().collect())
}

/// Tables with triggers that matter. On SQLite an `AFTER` trigger can change the row that `RETURNING` has given
/// back before (<https://www.sqlite.org/lang_returning.html>); for those of a connection see
/// [`OWN_TRIGGERS`](super::OWN_TRIGGERS). On PostgreSQL one of them may change the row before it is written, keep
/// it from being written, or run for no row. On MariaDB all columns of their tables count as generated.
pub(super) async fn triggered<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => SQLITE_TRIGGERS,
        DbBackend::Postgres => POSTGRES_TRIGGERS,
        _ => return Ok(Vec::new()),
    };
    let table = |row: &QueryResult| row.try_get("", "table");
    rows(db, sql).await?.iter().map(table).collect()
}

/// SQLite: a number that every change of the schema raises
/// (<https://www.sqlite.org/pragma.html#pragma_schema_version>).
pub(super) async fn version<C: ConnectionTrait>(db: &C) -> Result<Option<i64>, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(None);
    }
    let answer = rows(db, "PRAGMA schema_version").await?;
    let version = |row: &QueryResult| row.try_get("", "schema_version");
    answer.first().map(version).transpose()
}

/// Whether a write can say which rows it wrote: on PostgreSQL, SQLite and MariaDB (10.5).
pub(super) async fn returns<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::MySql {
        return Ok(true);
    }
    let version = rows(db, "SELECT CAST(VERSION() AS CHAR) AS `version`").await?;
    let version = version
        .first()
        .map(|row| row.try_get::<String>("", "version"));
    Ok(version
        .transpose()?
        .is_some_and(|v| v.to_lowercase().contains("mariadb")))
}
