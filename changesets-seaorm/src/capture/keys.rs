//! Naming rows to the database.

use changesets_core::ColumnKind;
use sea_orm::Value;

use crate::{
    catalog::TableFacts,
    dialect::{Dialect, Sql},
};

/// How many rows one statement names. Six-column keys stay below every database's limit of
/// parameters (SQLite 32,766).
pub(super) const KEYS_PER_STATEMENT: usize = 500;

/// A row's key as the database compares it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawKey(pub(super) Vec<Value>);

/// A column that rows are found by.
#[derive(Debug, Clone)]
pub(super) struct KeyColumn {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
    /// The database's name of the column's type, which PostgreSQL casts to.
    db_type: String,
}

impl KeyColumn {
    pub(super) fn new(name: &str, kind: ColumnKind, facts: &TableFacts) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            db_type: facts.db_type(name).unwrap_or("text").to_owned(),
        }
    }

    /// A column of a table that is not tracked: only how it compares matters.
    pub(super) fn of_facts(name: &str, facts: &TableFacts) -> Self {
        let db_type = facts.db_type(name).unwrap_or("text").to_lowercase();
        let kind = if ["bytea", "binary", "varbinary", "blob"]
            .iter()
            .any(|binary| db_type.starts_with(binary))
        {
            ColumnKind::Binary
        } else if db_type.contains("int") {
            ColumnKind::Integer
        } else {
            ColumnKind::Other
        };
        Self::new(name, kind, facts)
    }

    fn bind(&self, dialect: Dialect, sql: &mut Sql, value: &Value) {
        dialect.bind_key(sql, &self.kind, &self.db_type, value.clone());
    }

    /// Appends the condition that the row of `of` has one of `keys`.
    pub(super) fn any_of(
        dialect: Dialect,
        sql: &mut Sql,
        of: &str,
        columns: &[Self],
        keys: &[RawKey],
    ) {
        let names: Vec<String> = columns
            .iter()
            .map(|column| format!("{of}.{}", dialect.quote(&column.name)))
            .collect();
        let single = columns.len() == 1;
        if single {
            sql.push(&names[0]);
        } else {
            sql.push(&format!("({})", names.join(", ")));
        }
        // SQLite takes row values only as `VALUES`.
        let values = dialect.is_sqlite() && !single;
        sql.push(if values { " IN (VALUES " } else { " IN (" });
        for (n, key) in keys.iter().enumerate() {
            if n > 0 {
                sql.push(", ");
            }
            if !single {
                sql.push("(");
            }
            for (n, (column, value)) in columns.iter().zip(&key.0).enumerate() {
                if n > 0 {
                    sql.push(", ");
                }
                column.bind(dialect, sql, value);
            }
            if !single {
                sql.push(")");
            }
        }
        sql.push(")");
    }
}
