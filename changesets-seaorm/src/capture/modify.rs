//! Updates and deletes, in steps: read the rows they will change, write, read again.

use std::collections::{HashMap, HashSet};

use changesets_core::ObjectKey;
use sea_orm::{ConnectionTrait, DbErr};

use crate::statement::{Assigned, DeletePlan, Fragment, UpdatePlan};

use super::{
    Answer, Ask, ask,
    cascade::{Cascade, reaction},
    entry::Entry,
    executed::executed,
    image::{Image, Reader},
    insert,
    keys::RawKey,
    returned,
    select::{Moved, Rows, read},
    steps::{Outcome, Step},
};

pub(super) async fn delete(step: &Step<'_>, plan: &DeletePlan) -> Result<Outcome, DbErr> {
    refuse_volatile(step, "DELETE", plan.volatile)?;
    let mut cascade = Cascade::new(step, |key| reaction(&step.target.kind, key))?;
    if cascade.is_empty() && plan.using.is_none() && returns(step).await? {
        return delete_returning(step).await;
    }
    let reader = step.reader()?.with_further(cascade.columns(step.table())?);
    let rows = Rows {
        others: plan.using.as_ref(),
        filter: plan.filter.as_ref(),
        order_limit: plan.order_limit.as_ref(),
    };
    let before = read(step, &reader, &rows, None).await?;
    let before: Vec<Image> = before.into_iter().map(|(image, _)| image).collect();
    cascade.collect(step.table(), &before).await?;
    let Some((answer, count)) = write_only(step, &reader, &raw_keys(&before)).await? else {
        return Ok(Outcome::Contended);
    };
    let survivors = survivors(step, &reader, &before, count).await?;
    let gone = before
        .iter()
        .filter(|image| !survivors.contains_key(&image.key));
    let mut entries = gone
        .map(|image| Entry::delete(&reader, image))
        .collect::<Result<Vec<_>, _>>()?;
    entries.extend(cascade.entries().await?);
    Ok(Outcome::Done(answer, entries))
}

/// Whether the write itself can say what its rows are; MariaDB allows no alias with `RETURNING`.
async fn returns(step: &Step<'_>) -> Result<bool, DbErr> {
    let aliased = step.dialect.is_mysql() && step.target.alias.is_some();
    Ok(!aliased && returned::is_faithful(step).await?)
}

/// One statement that deletes the rows and gives them back: no other rows go with them.
async fn delete_returning(step: &Step<'_>) -> Result<Outcome, DbErr> {
    let reader = step.reader()?;
    let Some(returned) = returned::write(step, &reader).await? else {
        return Ok(Outcome::Contended);
    };
    let gone = returned.images.iter();
    let entries = gone
        .map(|image| Entry::delete(&reader, image))
        .collect::<Result<_, _>>()?;
    Ok(Outcome::Done(returned.answer(step, 0)?, entries))
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
    let mut cascade = Cascade::new(step, |key| reaction(&step.target.kind, key))?;
    cascade.refuse_moving_keys()?;
    let reader = step.reader()?.with_further(cascade.columns(step.table())?);
    let rows = Rows {
        others: plan.from.as_ref(),
        filter: plan.filter.as_ref(),
        order_limit: plan.order_limit.as_ref(),
    };
    let moving = moving_key(step, &reader, plan)?;
    let before = read(step, &reader, &rows, moving.as_deref()).await?;
    if !cascade.is_empty() {
        let images: Vec<Image> = before.iter().map(|(image, _)| image.clone()).collect();
        cascade.collect(step.table(), &images).await?;
    }
    let keys = keys_after(&before);
    let Some((answer, _)) = write_only(step, &reader, &keys).await? else {
        return Ok(Outcome::Contended);
    };
    let after = reader.by_keys(step.db, &keys).await?;
    let mut entries = differences(&reader, before, after)?;
    entries.extend(cascade.entries().await?);
    Ok(Outcome::Done(answer, entries))
}

fn differences(
    reader: &Reader<'_>,
    before: Vec<(Image, Moved)>,
    after: Vec<Image>,
) -> Result<Vec<Entry>, DbErr> {
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
        entries.extend(Entry::update(reader, &old, &new)?);
    }
    Ok(entries)
}

/// The keys that rows have once they are updated.
fn keys_after(before: &[(Image, Moved)]) -> Vec<RawKey> {
    let key = |(image, moved): &(Image, Moved)| match moved {
        Some((_, raw)) => raw.clone(),
        None => image.raw_key.clone(),
    };
    before.iter().map(key).collect()
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

/// Runs the caller's statement, if it writes none but the rows with these `keys`; gives its answer
/// and how many rows it wrote.
///
/// The rows are locked, so that none of them leaves a condition on their own columns, and a count
/// tells whether another came. PostgreSQL says which rows it wrote: there a condition on other tables,
/// which may have changed since they were read, is checked row by row.
async fn write_only(
    step: &Step<'_>,
    reader: &Reader<'_>,
    keys: &[RawKey],
) -> Result<Option<(Answer, usize)>, DbErr> {
    if !step.dialect.is_postgres() {
        let (answer, count) = write(step).await?;
        return Ok((count <= keys.len()).then_some((answer, count)));
    }
    let of = step.target.alias.as_ref().unwrap_or(&step.target.target);
    let sql = insert::with_returned_keys(step, reader, of);
    let rows = step.db.query_all_raw(sql.into_statement()).await;
    let rows = rows.map_err(|error| insert::as_asked(step.ask, error))?;
    // By their text: SeaORM's values cannot be hashed.
    let name = |key: &RawKey| format!("{key:?}");
    let read: HashSet<String> = keys.iter().map(name).collect();
    for row in &rows {
        if !read.contains(&name(&insert::raw_key(reader, row)?)) {
            return Ok(None);
        }
    }
    let count = rows.len();
    let answer = match step.ask {
        Ask::Execute => Answer::Executed(executed(step.dialect.backend(), 0, count as u64)?),
        Ask::One | Ask::All => Answer::Rows(rows),
    };
    Ok(Some((answer, count)))
}

/// Runs the caller's statement; gives its answer and how many rows it changed.
async fn write(step: &Step<'_>) -> Result<(Answer, usize), DbErr> {
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
