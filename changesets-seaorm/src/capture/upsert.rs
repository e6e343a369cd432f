//! Upserts, in steps: try, take back, read, do.
//!
//! Which rows an `ON CONFLICT DO UPDATE` will change cannot be known from its text: any unique key
//! may conflict. So it is run once in a savepoint to learn the keys of its rows, undone, the rows
//! that were there before are read and locked, and it is run again.

use std::collections::HashMap;

use sea_orm::DbErr;

use crate::statement::InsertPlan;

use super::{
    Answer, Ask,
    entry::Entry,
    executed::executed,
    insert,
    steps::{Outcome, Step},
};

pub(super) async fn attempt(step: &Step<'_>, plan: &InsertPlan) -> Result<Outcome, DbErr> {
    let reader = step.reader()?;
    step.begin().await?;
    let tried = step
        .trial(async |trial| insert::write(trial, plan, &reader).await)
        .await?;
    let before = reader.by_keys(step.db, &tried.keys).await?;
    let before: HashMap<_, _> = before
        .into_iter()
        .map(|image| (image.key.clone(), image))
        .collect();
    let written = insert::write(step, plan, &reader).await?;
    let after = insert::read_written(step, &reader, &written).await?;
    let mut changed = 0;
    let mut inserted = Vec::new();
    let mut entries = Vec::new();
    for new in &after {
        let place = written.keys.iter().position(|key| *key == new.raw_key);
        let fresh = place.and_then(|at| written.fresh.get(at)).copied();
        match before.get(&new.key) {
            Some(old) => {
                let entry = Entry::update(&reader, old, new)?;
                changed += u64::from(entry.is_some());
                entries.extend(entry);
            }
            // Another transaction's row came between the trial and the write.
            None if fresh == Some(false) => return Ok(Outcome::Contended),
            None => {
                entries.push(Entry::insert(&reader, new)?);
                inserted.push(new.raw_key.clone());
            }
        }
    }
    let answer = match written.answer {
        // MySQL counts a row that an upsert changed as two
        // (https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html).
        Answer::Executed(result) if step.dialect.is_mysql() && step.ask == Ask::Execute => {
            let count = result.rows_affected() + changed;
            let first = written.keys.iter().find(|key| inserted.contains(key));
            let last = written.keys.last().filter(|_| !entries.is_empty());
            let last = insert::mysql_last_id(step, plan, first, last).await?;
            Answer::Executed(executed(step.dialect.backend(), last, count)?)
        }
        other => other,
    };
    Ok(Outcome::Done(answer, entries))
}
