//! Inserts, in steps: write, learn the keys, read the rows.

use sea_orm::{ConnectionTrait, DbErr, ExecResult, QueryResult, Statement, Value};

use crate::{
    dialect::{Sql, raw_key_value},
    statement::{InsertPlan, ReturnItem},
};

use super::{
    Answer, Ask, ask,
    entry::Entry,
    image::{Image, Reader},
    keys::RawKey,
    returned,
    steps::{Outcome, Step},
};

pub(super) async fn attempt(step: &Step<'_>, plan: &InsertPlan) -> Result<Outcome, DbErr> {
    let reader = step.reader()?;
    if returned::is_faithful(step).await? {
        return attempt_returning(step, plan, &reader).await;
    }
    step.begin().await?;
    let written = write(step, plan, &reader).await?;
    let images = read_written(step, &reader, &written).await?;
    let entries = written
        .in_order(images)
        .map(|image| Entry::insert(&reader, &image))
        .collect::<Result<_, _>>()?;
    Ok(Outcome::Done(written.answer, entries))
}

/// One statement that writes the rows and gives them back.
async fn attempt_returning(
    step: &Step<'_>,
    plan: &InsertPlan,
    reader: &Reader<'_>,
) -> Result<Outcome, DbErr> {
    let Some(returned) = returned::write(step, reader).await? else {
        return Ok(Outcome::Contended);
    };
    let entries = returned
        .images
        .iter()
        .map(|image| Entry::insert(reader, image))
        .collect::<Result<_, _>>()?;
    let last_id = if step.dialect.is_mysql() && step.ask == Ask::Execute {
        let key = |image: Option<&Image>| image.map(|image| image.raw_key.clone());
        let (first, last) = (key(returned.images.first()), key(returned.images.last()));
        mysql_last_id(step, plan, first.as_ref(), last.as_ref()).await?
    } else {
        0
    };
    Ok(Outcome::Done(returned.answer(step, last_id)?, entries))
}

/// What an `INSERT` answered, and the rows it wrote.
pub(super) struct Written {
    pub(super) answer: Answer,
    pub(super) keys: Vec<RawKey>,
    /// PostgreSQL: for each row whether it is new, and not one that an upsert changed.
    pub(super) fresh: Vec<bool>,
}

impl Written {
    /// Images in the order in which the rows were written.
    pub(super) fn in_order(&self, mut images: Vec<Image>) -> impl Iterator<Item = Image> {
        let place = |key: &RawKey| self.keys.iter().position(|known| known == key);
        if images.len() <= super::keys::KEYS_PER_STATEMENT {
            images.sort_by_key(|image| place(&image.raw_key));
        }
        images.into_iter()
    }
}

/// Runs the caller's `INSERT`, extended where needed so that it tells the keys of its rows.
pub(super) async fn write(
    step: &Step<'_>,
    plan: &InsertPlan,
    reader: &Reader<'_>,
) -> Result<Written, DbErr> {
    if !step.catalog.returns {
        let why = "MySQL does not say which rows an INSERT wrote, as MariaDB does; insert through MariaDB, or on `db.untracked()`";
        return Err(step.uncapturable("INSERT", why));
    }
    let returning = step.target.returning.as_deref();
    let covered = returning.and_then(|items| returned_keys(items, reader));
    if let Some(names) = covered.filter(|_| !step.dialect.is_postgres() || step.ask != Ask::Execute)
    {
        let asked = ask(step.db, step.statement.clone(), Ask::All).await;
        let rows = rows(asked.map_err(|error| as_asked(step.ask, error))?);
        if let Some(keys) = keys_from_names(step, &rows, &names) {
            return Ok(Written {
                fresh: Vec::new(),
                answer: answer(step, plan, rows, &keys).await?,
                keys,
            });
        }
        return Err(step.uncapturable(
            "INSERT",
            "its key is of a type that RETURNING does not give back",
        ));
    }
    let asked = step.db.query_all_raw(returning_keys(step, reader)).await;
    let rows = asked.map_err(|error| as_asked(step.ask, error))?;
    let mut keys = Vec::with_capacity(rows.len());
    let mut fresh = Vec::new();
    for row in &rows {
        keys.push(raw_key(reader, row)?);
        if step.dialect.is_postgres() {
            fresh.push(row.try_get("", "__changesets_new")?);
        }
    }
    Ok(Written {
        answer: answer(step, plan, rows, &keys).await?,
        keys,
        fresh,
    })
}

/// The rows that were written, as they are now: none may be missing.
pub(super) async fn read_written(
    step: &Step<'_>,
    reader: &Reader<'_>,
    written: &Written,
) -> Result<Vec<Image>, DbErr> {
    let images = reader.by_keys(step.db, &written.keys).await?;
    let is_there = |key: &RawKey| images.iter().any(|image| image.raw_key == *key);
    if images.len() < written.keys.len() && !written.keys.iter().all(is_there) {
        let why = "a trigger deletes the row at once, or gives it another key, and does not tell which; \
                   take the trigger away, or insert on `db.untracked()`";
        return Err(step.uncapturable("INSERT", why));
    }
    Ok(images)
}

/// SeaORM tells a failed execution from a failed query: the caller's was an execution, even where
/// the capture made it a query.
pub(super) fn as_asked(ask: Ask, error: DbErr) -> DbErr {
    match (ask, error) {
        (Ask::Execute, DbErr::Query(cause)) => DbErr::Exec(cause),
        (_, error) => error,
    }
}

fn rows(answer: Answer) -> Vec<QueryResult> {
    match answer {
        Answer::Rows(rows) => rows,
        Answer::Executed(_) => Vec::new(),
    }
}

/// The result columns that hold the key, if the caller's `RETURNING` has all of it.
fn returned_keys(items: &[ReturnItem], reader: &Reader<'_>) -> Option<Vec<String>> {
    let holding = |key: &str| {
        items.iter().find_map(|item| match item {
            ReturnItem::Wildcard => Some(key.to_owned()),
            ReturnItem::Column { name } => name.eq_ignore_ascii_case(key).then(|| name.clone()),
            ReturnItem::Expr { name, column, .. } => column
                .as_deref()
                .is_some_and(|column| column.eq_ignore_ascii_case(key))
                .then(|| name.clone())
                .flatten(),
        })
    };
    reader.keys.iter().map(|key| holding(&key.name)).collect()
}

fn keys_from_names(step: &Step<'_>, rows: &[QueryResult], names: &[String]) -> Option<Vec<RawKey>> {
    let key = |row: &QueryResult| {
        let values = names
            .iter()
            .map(|name| raw_key_value(step.dialect, row, name));
        values.collect::<Option<Vec<Value>>>().map(RawKey)
    };
    rows.iter().map(key).collect()
}

/// The caller's `INSERT` with the raw key at the end of its `RETURNING`.
fn returning_keys(step: &Step<'_>, reader: &Reader<'_>) -> Statement {
    let mut sql = with_returned_keys(step, reader, "");
    if step.dialect.is_postgres() {
        // A row version that no transaction has deleted or locked is a new one.
        sql.push(", (xmax = 0) AS \"__changesets_new\"");
    }
    sql.into_statement()
}

/// The caller's statement up to where its `RETURNING` can be added to.
pub(super) fn returning(step: &Step<'_>) -> Sql {
    let text = step.write.text(&step.statement.sql);
    let mut sql = Sql::from_caller(step.dialect, text, step.values());
    sql.push(if step.target.returning.is_some() {
        ", "
    } else {
        " RETURNING "
    });
    sql
}

/// The caller's statement with the raw key at the end of its `RETURNING`; columns are those of `of`,
/// or bare ones if that is empty.
pub(super) fn with_returned_keys(step: &Step<'_>, reader: &Reader<'_>, of: &str) -> Sql {
    let mut sql = returning(step);
    reader.key_list(&mut sql, of);
    sql
}

pub(super) fn raw_key(reader: &Reader<'_>, row: &QueryResult) -> Result<RawKey, DbErr> {
    let value = |(n, key): (usize, &super::keys::KeyColumn)| {
        let text: String = row.try_get("", &format!("__changesets_k{n}"))?;
        Ok(reader.dialect.parse_raw_key(&key.kind, text))
    };
    reader
        .keys
        .iter()
        .enumerate()
        .map(value)
        .collect::<Result<_, DbErr>>()
        .map(RawKey)
}

/// The answer the caller expects, from the rows the extended statement returned.
async fn answer(
    step: &Step<'_>,
    plan: &InsertPlan,
    rows: Vec<QueryResult>,
    keys: &[RawKey],
) -> Result<Answer, DbErr> {
    Ok(match step.ask {
        Ask::Execute => Answer::Executed(executed(step, plan, keys).await?),
        Ask::One | Ask::All => Answer::Rows(rows),
    })
}

/// The result of an execution whose rows are known: the count, and the last id as the driver
/// would give it.
async fn executed(
    step: &Step<'_>,
    plan: &InsertPlan,
    keys: &[RawKey],
) -> Result<ExecResult, DbErr> {
    let count = keys.len() as u64;
    let last = if step.dialect.is_sqlite() {
        last_id(step, "SELECT last_insert_rowid() AS \"id\"").await?
    } else if step.dialect.is_mysql() {
        mysql_last_id(step, plan, keys.first(), keys.last()).await?
    } else {
        0
    };
    super::executed::executed(step.dialect.backend(), last, count)
}

async fn last_id(step: &Step<'_>, sql: &str) -> Result<u64, DbErr> {
    let statement = Statement::from_string(step.dialect.backend(), sql);
    let row = step.db.query_one_raw(statement).await?;
    let id = match row {
        Some(row) => row
            .try_get::<i64>("", "id")
            .map(|id| u64::try_from(id).unwrap_or(0))
            .or_else(|_| row.try_get::<u64>("", "id"))?,
        None => 0,
    };
    Ok(id)
}

/// MySQL's protocol gives the first number the database made for a row it inserted (`first` of those);
/// without one, the number of the `last` row that was inserted or changed; else 0
/// (<https://dev.mysql.com/doc/c-api/8.0/en/mysql-insert-id.html>).
pub(super) async fn mysql_last_id(
    step: &Step<'_>,
    plan: &InsertPlan,
    first: Option<&RawKey>,
    last: Option<&RawKey>,
) -> Result<u64, DbErr> {
    let facts = step.facts(step.table())?;
    let Some(numbered) = facts.auto_increment.as_deref() else {
        return Ok(0);
    };
    let position = step
        .table()
        .key_columns()
        .position(|key| key.name == numbered);
    let number = |key: &RawKey| match position.and_then(|at| key.0.get(at)) {
        Some(Value::BigInt(Some(id))) => u64::try_from(*id).ok(),
        Some(Value::BigUnsigned(Some(id))) => Some(*id),
        _ => None,
    };
    if let Some(first) = first {
        let given = plan.columns.is_empty()
            || plan
                .columns
                .iter()
                .any(|column| column.eq_ignore_ascii_case(numbered));
        if let (false, Some(made)) = (given, number(first)) {
            return Ok(made);
        }
        let made = last_id(step, "SELECT LAST_INSERT_ID() AS `id`").await?;
        if !given || position.is_none() || number(first) == Some(made) {
            return Ok(made);
        }
    }
    Ok(last.and_then(number).unwrap_or(0))
}
