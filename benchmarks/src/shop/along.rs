//! PostgreSQL: what is written along with a write, in the same statement.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value, Values,
};

/// A connection whose writes run another statement as well.
#[derive(Debug)]
pub(crate) struct Along<'a, C> {
    db: &'a C,
    /// What the other statement is called, for those that read what it returns.
    name: &'static str,
    /// The other statement, each parameter a `?`.
    sql: String,
    values: Vec<Value>,
}

impl<'a, C: ConnectionTrait> Along<'a, C> {
    pub(crate) fn new(
        db: &'a C,
        name: &'static str,
        sql: String,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        Self {
            db,
            name,
            sql,
            values: values.into_iter().collect(),
        }
    }

    /// Reads stay as they are.
    fn with(&self, mut statement: Statement) -> Statement {
        if statement.sql.starts_with("SELECT") {
            return statement;
        }
        let values = &mut statement.values.get_or_insert_with(|| Values(Vec::new())).0;
        let mut parts = self.sql.split('?');
        let mut part = parts.next().unwrap_or_default().to_owned();
        for (place, rest) in (values.len() + 1..).zip(parts) {
            part.push_str(&format!("${place}{rest}"));
        }
        values.extend(self.values.iter().cloned());
        let name = self.name;
        statement.sql = match statement.sql.strip_prefix("WITH ") {
            Some(others) => format!("WITH {name} AS ({part}), {others}"),
            None => {
                let write = match statement.sql.contains(" RETURNING ") {
                    true => statement.sql,
                    false => format!("{} RETURNING 1", statement.sql),
                };
                format!("WITH {name} AS ({part}), written AS ({write}) SELECT * FROM written")
            }
        };
        statement
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Along<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(self.with(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.query_one_raw(self.with(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.db.query_all_raw(self.with(statement)).await
    }

    fn support_returning(&self) -> bool {
        self.db.support_returning()
    }
}
