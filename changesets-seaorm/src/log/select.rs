//! Selects from log tables of any name.
//!
//! The entities carry the default names. A log with a prefix is read by
//! `FROM "audit_change" AS "change"`: the alias is the entity's name, so that
//! filters, orders and columns of the entity fit unchanged.

use changesets_core::LogTables;
use sea_orm::{
    EntityTrait, QuerySelect, Select,
    sea_query::{Alias, IntoIden, IntoTableRef, TableRef},
};

use super::{change, change_ref, changeset};

/// The real table of one of the log's entities, under the entity's own name.
pub(crate) fn table<E: EntityTrait>(tables: &LogTables, name: &str) -> TableRef {
    named(tables, name).alias(E::default().into_iden())
}

/// The log table called `name`, in the log's schema.
fn named(tables: &LogTables, name: &str) -> TableRef {
    match tables.schema_name() {
        Some(schema) => (Alias::new(schema), Alias::new(name)).into_table_ref(),
        None => Alias::new(name).into_table_ref(),
    }
}

/// `select`, reading from `table` in place of the entity's own.
fn from_tables<E: EntityTrait>(mut select: Select<E>, table: TableRef) -> Select<E> {
    QuerySelect::query(&mut select).from_clear().from(table);
    select
}

/// `SELECT ... FROM <the changes of this log>`.
pub(crate) fn select_changes(tables: &LogTables) -> Select<change::Entity> {
    from_tables(
        change::Entity::find(),
        table::<change::Entity>(tables, tables.change()),
    )
}

/// `SELECT ... FROM <the changesets of this log>`.
pub(crate) fn select_changesets(tables: &LogTables) -> Select<changeset::Entity> {
    from_tables(
        changeset::Entity::find(),
        table::<changeset::Entity>(tables, tables.changeset()),
    )
}

/// `SELECT ... FROM <the references of this log>`.
pub(crate) fn select_change_refs(tables: &LogTables) -> Select<change_ref::Entity> {
    from_tables(
        change_ref::Entity::find(),
        table::<change_ref::Entity>(tables, tables.change_ref()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ColumnTrait, DbBackend, QueryFilter, QueryTrait};

    #[test]
    fn a_prefixed_table_answers_to_the_entity_name() {
        let tables = LogTables::new().prefix("audit_").unwrap();
        let sql = select_changes(&tables)
            .filter(change::Column::Id.gt(1))
            .build(DbBackend::Postgres)
            .to_string();
        assert!(sql.contains(r#"FROM "audit_change" AS "change""#), "{sql}");
        assert!(sql.ends_with(r#"WHERE "change"."id" > 1"#), "{sql}");
    }

    #[test]
    fn a_schema_qualifies_the_table_only() {
        let tables = LogTables::new().schema("audit").unwrap();
        let sql = select_changesets(&tables)
            .build(DbBackend::Postgres)
            .to_string();
        assert!(
            sql.contains(r#"FROM "audit"."changeset" AS "changeset""#),
            "{sql}"
        );
    }
}
