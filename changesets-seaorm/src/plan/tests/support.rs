//! Tables, and plans as short text.

use std::sync::Arc;

use sea_orm::DbBackend;

use crate::plan::{
    Conflict, Fragment, Main, Piece, Plan, Refusal, ReturnItem, TableUse, TableWrite, Write, WriteKind,
    plan,
};

pub(super) use sea_orm::DbBackend::{MySql, Postgres, Sqlite};

pub(super) const ALL: [DbBackend; 3] = [MySql, Postgres, Sqlite];

/// `product` is table 0, `tag` 1, `product_tag` 2; `change` is ours.
pub(super) fn table_use(schema: Option<&str>, name: &str) -> TableUse {
    if schema.is_some_and(|schema| !["public", "main", "shop"].contains(&schema)) {
        return TableUse::Other;
    }
    match name {
        "product" => TableUse::Tracked(0),
        "tag" => TableUse::Tracked(1),
        "product_tag" => TableUse::Tracked(2),
        "change" => TableUse::Log,
        _ => TableUse::Other,
    }
}

pub(super) fn planned(backend: DbBackend, sql: &str) -> Plan {
    let tables = |schema: Option<&str>, name: &str| match backend {
        Postgres => table_use(schema, name),
        _ => table_use(schema.map(str::to_lowercase).as_deref(), &name.to_lowercase()),
    };
    plan(backend, sql, &tables)
}

pub(super) fn write(backend: DbBackend, sql: &str) -> Arc<Write> {
    match planned(backend, sql) {
        Plan::Write(write) => write,
        other => panic!("{backend:?} {sql}: {other:?}"),
    }
}

/// The only write of a statement without `WITH`.
pub(super) fn with_only(backend: DbBackend, sql: &str, check: impl FnOnce(&TableWrite)) {
    match &write(backend, sql).main {
        Main::Write(target) => check(target),
        other => panic!("{backend:?} {sql}: {other:?}"),
    }
}

pub(super) fn refusal(backend: DbBackend, sql: &str) -> Refusal {
    match planned(backend, sql) {
        Plan::Refuse(refusal) => refusal,
        other => panic!("{backend:?} {sql}: {other:?}"),
    }
}

pub(super) fn assert_passes(backend: DbBackend, sql: &str) {
    let plan = planned(backend, sql);
    assert!(matches!(plan, Plan::Pass), "{backend:?} {sql}: {plan:?}");
}

pub(super) fn assert_schema(backend: DbBackend, sql: &str) {
    let plan = planned(backend, sql);
    assert!(matches!(plan, Plan::Schema), "{backend:?} {sql}: {plan:?}");
}

/// A fragment with its parameters as `<index>`.
pub(super) fn text(fragment: &Fragment) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Sql(text) => text.clone(),
        Piece::Param(index) => format!("<{index}>"),
    };
    fragment.pieces().iter().map(piece).collect()
}

pub(super) fn optional(fragment: Option<&Fragment>) -> String {
    fragment.map_or_else(|| "-".to_owned(), text)
}

/// `insert 0`, `upsert 0`, `update 0`, …: the kind of each write and its table.
pub(super) fn kind(target: &TableWrite) -> String {
    let kind = match &target.kind {
        WriteKind::Insert(insert) => match insert.conflict {
            Conflict::None => "insert",
            Conflict::DoNothing => "try insert",
            Conflict::DoUpdate => "upsert",
            Conflict::Replace => "replace",
        },
        WriteKind::Update(_) => "update",
        WriteKind::Delete(_) => "delete",
    };
    format!("{kind} {}", target.table)
}

/// The items of a `RETURNING` list.
pub(super) fn items(target: &TableWrite) -> Vec<String> {
    let item = |item: &ReturnItem| match item {
        ReturnItem::Wildcard => "*".to_owned(),
        ReturnItem::Column { name } => name.clone(),
        ReturnItem::Expr { sql, name, column } => format!(
            "{} as {} of {}",
            text(sql),
            name.as_deref().unwrap_or("?"),
            column.as_deref().unwrap_or("?")
        ),
    };
    target.returning.iter().flatten().map(item).collect()
}
