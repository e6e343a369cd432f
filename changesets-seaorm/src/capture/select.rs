//! Reading the rows that an update or delete is going to change.

use changesets_core::ObjectKey;
use sea_orm::{DbErr, QueryResult, Value};

use crate::{
    dialect::Sql,
    error::CaptureError,
    session::First,
    statement::{CteBody, Fragment, Write},
};

use super::{
    image::{Image, Reader},
    keys::RawKey,
    steps::Step,
};

/// Which rows a statement changes: its conditions, as the caller wrote them.
pub(super) struct Rows<'a> {
    pub(super) others: Option<&'a Fragment>,
    pub(super) filter: Option<&'a Fragment>,
    pub(super) order_limit: Option<&'a Fragment>,
}

/// Where each row's key goes: the key as written in the log, and as the database compares it.
pub(super) type Moved = Option<(ObjectKey, RawKey)>;

/// Reads, and locks, the rows that the statement is going to change.
pub(super) async fn read(
    step: &Step<'_>,
    reader: &Reader<'_>,
    rows: &Rows<'_>,
    moving: Option<&[Option<&Fragment>]>,
) -> Result<Vec<(Image, Moved)>, DbErr> {
    let sql = statement(step, reader, rows, moving);
    let answers = step.first(First::Read, sql).await?;
    decode(reader, &answers, moving.is_some())
}

/// The rows that [`statement`] gave.
fn decode(
    reader: &Reader<'_>,
    answers: &[QueryResult],
    moving: bool,
) -> Result<Vec<(Image, Moved)>, DbErr> {
    let row = |answer: &QueryResult| {
        let image = reader.decode(answer)?;
        let moved = moving.then(|| moved(reader, answer)).transpose()?;
        Ok((image, moved))
    };
    answers.iter().map(row).collect()
}

/// What reads, and locks, the rows that the statement is going to change.
fn statement(
    step: &Step<'_>,
    reader: &Reader<'_>,
    rows: &Rows<'_>,
    moving: Option<&[Option<&Fragment>]>,
) -> Sql {
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
    if dialect.is_postgres() {
        // Locked in the order of the keys: see `single`.
        let order = reader.keys.iter();
        let order: Vec<_> = order
            .map(|key| format!("{of}.{}", dialect.quote(&key.name)))
            .collect();
        sql.push(&format!(" ORDER BY {}", order.join(", ")));
    }
    sql.push(&dialect.lock_rows(of));
    sql
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
