//! PostgreSQL: what is written along with a write, in the same statement.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value, Values,
};

/// A connection whose writes run another statement as well.
#[derive(Debug)]
pub(crate) struct Along<'a, C> {
    db: &'a C,
    place: Place,
    /// The other statement, each parameter a `?`.
    sql: String,
    values: Vec<Value>,
}

/// Where the other statement stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Beside the write. It has a name, for those that read what it returns.
    Beside(&'static str),
    /// After the write, which is called `written`: the rows as they were when they are deleted, and as they
    /// are when they are updated, with what `was` in `stock`.
    After,
}

/// The row of an update by key as the statement sees it. Which version of it that is has to be compared, as
/// another transaction may write it meanwhile.
const OLD: &str = " FROM (SELECT id AS was_id, ctid AS at, stock AS was FROM product) AS old \
     WHERE was_id = product.id AND at IS NOT DISTINCT FROM product.ctid AND ";

impl Place {
    fn put(self, write: String, other: &str) -> String {
        match self {
            Self::Beside(name) => match write.strip_prefix("WITH ") {
                Some(others) => format!("WITH {name} AS ({other}), {others}"),
                None => {
                    let write = match write.contains(" RETURNING ") {
                        true => write,
                        false => format!("{write} RETURNING 1"),
                    };
                    format!("WITH {name} AS ({other}), written AS ({write}) SELECT * FROM written")
                }
            },
            Self::After => match write.split_once(" RETURNING ") {
                Some((write, list)) => format!(
                    "WITH written AS ({} RETURNING {list}, was), logged AS ({other}) \
                     SELECT {list} FROM written",
                    write.replacen(" WHERE ", OLD, 1)
                ),
                None => format!("WITH written AS ({write} RETURNING *) {other}"),
            },
        }
    }
}

impl<'a, C: ConnectionTrait> Along<'a, C> {
    pub(crate) fn new(
        db: &'a C,
        place: Place,
        sql: String,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        Self {
            db,
            place,
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
        statement.sql = self.place.put(statement.sql, &part);
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
