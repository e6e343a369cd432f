//! The log on SQLite.

use changesets_core::LogTables;

use super::qualified;

/// The statements that create the tables.
///
/// `AUTOINCREMENT`: without it SQLite gives the id of a deleted last row away
/// again, and ids are the order of the log.
pub(super) fn up(tables: &LogTables) -> Vec<String> {
    let changeset = qualified(tables, tables.changeset(), '"');
    let change = qualified(tables, tables.change(), '"');
    let change_ref = qualified(tables, tables.change_ref(), '"');
    let index = |name: &str| format!("\"{}{name}\"", tables.prefix_str());
    vec![
        format!(
            r#"CREATE TABLE {changeset} (
    "id" blob NOT NULL PRIMARY KEY,
    "created_at" text NOT NULL,
    "actor" text,
    "actor_label" text,
    "reason" text,
    "context" text NOT NULL,
    "parent_id" blob,
    "origin" text NOT NULL
) WITHOUT ROWID"#
        ),
        format!(
            r#"CREATE TABLE {change} (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "changeset_id" blob NOT NULL,
    "recorded_at" text NOT NULL,
    "entity" text NOT NULL,
    "object_key" text NOT NULL,
    "action" text NOT NULL,
    "diff" text NOT NULL
)"#
        ),
        format!(
            r#"CREATE TABLE {change_ref} (
    "change_id" integer NOT NULL,
    "entity" text NOT NULL,
    "object_key" text NOT NULL,
    "role" text NOT NULL,
    PRIMARY KEY ("change_id", "entity", "object_key", "role")
) WITHOUT ROWID"#
        ),
        format!(
            r#"CREATE INDEX {} ON {changeset} ("created_at")"#,
            index("changeset_created_at")
        ),
        format!(
            r#"CREATE INDEX {} ON {changeset} ("actor", "created_at")"#,
            index("changeset_actor")
        ),
        format!(
            r#"CREATE INDEX {} ON {change} ("entity", "object_key", "id")"#,
            index("change_object")
        ),
        format!(
            r#"CREATE INDEX {} ON {change} ("changeset_id")"#,
            index("change_changeset")
        ),
        format!(
            r#"CREATE INDEX {} ON {change_ref} ("entity", "object_key", "change_id")"#,
            index("change_ref_object")
        ),
    ]
}
