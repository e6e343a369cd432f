//! Updates and deletes, in steps: read the rows they will change, write, read again.

use std::collections::HashMap;

use changesets_core::ObjectKey;
use sea_orm::{DbErr, QueryResult, Value};

use crate::{
    catalog::Reaction,
    dialect::Sql,
    error::CaptureError,
    statement::{Assigned, CteBody, DeletePlan, Fragment, UpdatePlan, Write},
};

use super::{
    Answer, Ask, ask,
    cascade::Cascade,
    entry::Entry,
    image::{Image, Reader},
    keys::RawKey,
    steps::{Outcome, Step},
};

/// Which rows a statement changes: its conditions, as the caller wrote them.
struct Rows<'a> {
    others: Option<&'a Fragment>,
    filter: Option<&'a Fragment>,
    order_limit: Option<&'a Fragment>,
}

pub(super) async fn delete(step: &Step<'_>, plan: &DeletePlan) -> Result<Outcome, DbErr> {
    refuse_volatile(step, "DELETE", plan.volatile)?;
    let mut cascade = Cascade::new(step, |key| key.on_delete)?;
    let reader = step.reader()?.with_further(cascade.columns(step.table())?);
    let rows = Rows {
        others: plan.using.as_ref(),
        filter: plan.filter.as_ref(),
        order_limit: plan.order_limit.as_ref(),
    };
    let before = read(step, &reader, &rows, None).await?;
    let before: Vec<Image> = before.into_iter().map(|(image, _)| image).collect();
    cascade.collect(step.table(), &before).await?;
    let (answer, count) = write(step).await?;
    if count > before.len() {
        return Ok(Outcome::Contended);
    }
    let survivors = survivors(step, &reader, &before, count).await?;
    let gone = before
        .iter()
        .filter(|image| !survivors.contains_key(&image.key));
    let mut entries = gone
        .map(|image| Entry::delete(reader.table, image))
        .collect::<Result<Vec<_>, _>>()
        .map_err(reader.key_error())?;
    entries.extend(cascade.entries().await?);
    Ok(Outcome::Done(answer, entries))
}

/// Rows that a delete passed over: a trigger may forbid single ones.
async fn survivors(
    step: &Step<'_>,
    reader: &Reader<'_>,
    before: &[Image],
    deleted: usize,
) -> Result<HashMap<ObjectKey, Image>, DbErr> {
    if deleted == before.len() {
        return Ok(HashMap::new());
    }
    let left = reader.by_keys(step.db, &raw_keys(before)).await?;
    Ok(left
        .into_iter()
        .map(|image| (image.key.clone(), image))
        .collect())
}

pub(super) async fn update(step: &Step<'_>, plan: &UpdatePlan) -> Result<Outcome, DbErr> {
    refuse_volatile(step, "UPDATE", plan.volatile)?;
    // Only keys that the statement assigns can move the rows that refer to them.
    let assigns = |column: &String| {
        plan.assigned
            .iter()
            .any(|a| a.column.eq_ignore_ascii_case(column))
    };
    let mut cascade = Cascade::new(step, |key| {
        let moves = key.parent_columns.iter().any(assigns);
        if moves { key.on_update } else { Reaction::None }
    })?;
    cascade.refuse_moving_keys()?;
    let reader = step.reader()?.with_further(cascade.columns(step.table())?);
    let rows = Rows {
        others: plan.from.as_ref(),
        filter: plan.filter.as_ref(),
        order_limit: plan.order_limit.as_ref(),
    };
    let moving = moving_key(step, &reader, plan)?;
    let before = read(step, &reader, &rows, moving.as_deref()).await?;
    let images: Vec<Image> = before.iter().map(|(image, _)| image.clone()).collect();
    cascade.collect(step.table(), &images).await?;
    let (answer, count) = write(step).await?;
    if count > before.len() {
        return Ok(Outcome::Contended);
    }
    let mut entries = differences(step, &reader, before).await?;
    entries.extend(cascade.entries().await?);
    Ok(Outcome::Done(answer, entries))
}

/// Where each row's key goes: the key as written in the log, and as the database compares it.
type Moved = Option<(ObjectKey, RawKey)>;

async fn differences(
    step: &Step<'_>,
    reader: &Reader<'_>,
    before: Vec<(Image, Moved)>,
) -> Result<Vec<Entry>, DbErr> {
    let keys: Vec<RawKey> = before
        .iter()
        .map(|(image, moved)| {
            moved
                .as_ref()
                .map_or(&image.raw_key, |(_, raw)| raw)
                .clone()
        })
        .collect();
    let after = reader.by_keys(step.db, &keys).await?;
    let mut after: HashMap<ObjectKey, Image> = after
        .into_iter()
        .map(|image| (image.key.clone(), image))
        .collect();
    let mut entries = Vec::new();
    for (old, moved) in before {
        let key = moved.as_ref().map_or(&old.key, |(key, _)| key);
        let Some(new) = after.remove(key) else {
            return Err(reader
                .unexpected(format!("row `{}` is gone after an update", old.key))
                .into());
        };
        entries.extend(Entry::update(reader.table, &old, &new).map_err(reader.key_error())?);
    }
    Ok(entries)
}

fn raw_keys(images: &[Image]) -> Vec<RawKey> {
    images.iter().map(|image| image.raw_key.clone()).collect()
}

/// What the statement assigns to each key column, or nothing if it assigns to none.
fn moving_key<'p>(
    step: &Step<'_>,
    reader: &Reader<'_>,
    plan: &'p UpdatePlan,
) -> Result<Option<Vec<Option<&'p Fragment>>>, DbErr> {
    let assigned = |name: &str| -> Option<&'p Assigned> {
        plan.assigned
            .iter()
            .find(|assigned| assigned.column.eq_ignore_ascii_case(name))
    };
    let values: Vec<Option<&Fragment>> = reader
        .keys
        .iter()
        .map(|key| assigned(&key.name).map(|a| &a.value))
        .collect();
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    // MySQL assigns from left to right, and later expressions see the new values.
    if step.dialect.is_mysql() && plan.assigned.len() > 1 {
        let why =
            "it sets a key column together with others; set the key in a statement of its own";
        return Err(step.uncapturable("UPDATE", why));
    }
    Ok(Some(values))
}

/// Reads, and locks, the rows that the statement is going to change.
async fn read(
    step: &Step<'_>,
    reader: &Reader<'_>,
    rows: &Rows<'_>,
    moving: Option<&[Option<&Fragment>]>,
) -> Result<Vec<(Image, Moved)>, DbErr> {
    let (values, dialect) = (step.values(), step.dialect);
    let of = step.target.alias.as_ref().unwrap_or(&step.target.target);
    let mut sql = Sql::new(dialect);
    push_with(&mut sql, step.write, values);
    sql.push("SELECT ");
    reader.select_list(&mut sql, of);
    if let Some(moving) = moving {
        for (n, (key, value)) in reader.keys.iter().zip(moving).enumerate() {
            let column = format!("{of}.{}", dialect.quote(&key.name));
            // The marker stands where the assigned expression, with its parameters, goes.
            let split = |text: String, sql: &mut Sql| {
                for (n, piece) in text.split(MARKER).enumerate() {
                    match value {
                        Some(value) if n > 0 => sql.push("(").fragment(value, values).push(")"),
                        _ if n > 0 => sql.push(&column),
                        _ => sql,
                    };
                    sql.push(piece);
                }
            };
            sql.push(&format!(", {}(", dialect.json_array()));
            split(dialect.raw(&key.kind, MARKER, ""), &mut sql);
            let cast = if dialect.is_postgres() { "::text" } else { "" };
            sql.push(&format!(
                "){cast} AS {}, ",
                dialect.quote(&format!("__changesets_m{n}"))
            ));
            split(dialect.raw_key(&key.kind, MARKER), &mut sql);
            sql.push(&format!(
                " AS {}",
                dialect.quote(&format!("__changesets_n{n}"))
            ));
        }
    }
    sql.push(&format!(" FROM {}", step.target.target));
    if let Some(alias) = &step.target.alias {
        sql.push(&format!(" AS {alias}"));
    }
    push_conditions(&mut sql, rows, values);
    sql.push(&dialect.lock_rows(of));
    let answers = sea_orm::ConnectionTrait::query_all_raw(step.db, sql.into_statement()).await?;
    let row = |answer: &QueryResult| {
        let image = reader.decode(answer)?;
        let moved = moving.map(|_| moved(reader, answer)).transpose()?;
        Ok((image, moved))
    };
    answers.iter().map(row).collect()
}

/// The statement's own `WITH`, for conditions that read from it.
fn push_with(sql: &mut Sql, write: &Write, values: &[Value]) {
    for (n, cte) in write.ctes.iter().enumerate() {
        let with = if write.recursive {
            "WITH RECURSIVE "
        } else {
            "WITH "
        };
        sql.push(if n == 0 { with } else { ", " })
            .push(&cte.head)
            .push(" (");
        if let CteBody::Query(body) = &cte.body {
            sql.fragment(body, values);
        }
        sql.push(if n + 1 == write.ctes.len() { ") " } else { ")" });
    }
}

/// Stands for a column's name while an expression is made around it.
const MARKER: &str = "\u{1}";

fn moved(reader: &Reader<'_>, answer: &QueryResult) -> Result<(ObjectKey, RawKey), DbErr> {
    let mut canonical = Vec::new();
    let mut raw: Vec<Value> = Vec::new();
    for (n, key) in reader.keys.iter().enumerate() {
        let text: String = answer.try_get("", &format!("__changesets_m{n}"))?;
        let value = serde_json::from_str::<[serde_json::Value; 1]>(&text)
            .map_err(|error| reader.unexpected(error.to_string()))?;
        let [value] = value;
        canonical.push(
            key.kind
                .canonical(value)
                .map_err(|cause| CaptureError::Encoding {
                    table: reader.table.entity().to_owned(),
                    column: key.name.clone(),
                    cause,
                })?,
        );
        let text: String = answer.try_get("", &format!("__changesets_n{n}"))?;
        raw.push(reader.dialect.parse_raw_key(&key.kind, text));
    }
    let key = ObjectKey::from_canonical(&canonical).map_err(reader.key_error())?;
    Ok((key, RawKey(raw)))
}

fn push_conditions(sql: &mut Sql, rows: &Rows<'_>, values: &[Value]) {
    match (rows.others, rows.filter) {
        // Each row once, however many rows of the other tables it joins.
        (Some(others), filter) => {
            sql.push(" WHERE EXISTS (SELECT 1 FROM ")
                .fragment(others, values);
            if let Some(filter) = filter {
                sql.push(" WHERE ").fragment(filter, values);
            }
            sql.push(")");
        }
        (None, Some(filter)) => {
            sql.push(" WHERE (").fragment(filter, values).push(")");
        }
        (None, None) => {}
    }
    if let Some(order_limit) = rows.order_limit {
        sql.push(" ").fragment(order_limit, values);
    }
}

/// Runs the caller's statement; gives its answer and how many rows it changed.
pub(super) async fn write(step: &Step<'_>) -> Result<(Answer, usize), DbErr> {
    // All rows, not the first: the count is needed, and the caller takes the first itself.
    let how = match step.ask {
        Ask::Execute => Ask::Execute,
        Ask::One | Ask::All => Ask::All,
    };
    let answer = ask(step.db, step.statement.clone(), how).await?;
    let count = match &answer {
        Answer::Executed(result) => usize::try_from(result.rows_affected()).unwrap_or(usize::MAX),
        Answer::Rows(rows) => rows.len(),
    };
    Ok((answer, count))
}

/// A condition that is true for other rows at each look cannot be asked twice.
fn refuse_volatile(step: &Step<'_>, kind: &str, volatile: bool) -> Result<(), DbErr> {
    if volatile {
        let why = "it may pick other rows each time it is asked: its condition calls such a function, or it has a LIMIT without ORDER BY; select the keys first";
        return Err(step.uncapturable(kind, why));
    }
    Ok(())
}
