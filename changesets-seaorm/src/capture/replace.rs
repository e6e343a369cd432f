//! `REPLACE` and `INSERT OR REPLACE`, in steps: a delete of every row that shares a unique key with
//! a new one, and an insert.

use std::collections::HashMap;

use sea_orm::DbErr;

use crate::{dialect::Sql, statement::InsertPlan};

use super::{
    Answer,
    cascade::Cascade,
    entry::Entry,
    executed::executed,
    image::{Image, Reader},
    insert,
    keys::{KEYS_PER_STATEMENT, KeyColumn, RawKey},
    steps::{Outcome, Step},
};

pub(super) async fn attempt(step: &Step<'_>, plan: &InsertPlan) -> Result<Outcome, DbErr> {
    let unique = unique_keys(step)?;
    let flat: Vec<KeyColumn> = unique.iter().flatten().cloned().collect();
    let reader = step.reader()?;
    step.begin().await?;
    let wanted = step
        .trial(async |trial| {
            let tried = insert::write(trial, plan, &reader).await?;
            let reader = reader.clone().with_further(flat);
            reader.by_keys(trial.db, &tried.keys).await
        })
        .await?;

    let mut cascade = Cascade::new(step, |key| key.on_delete)?;
    let reader = reader.with_further(cascade.columns(step.table())?);
    let victims = victims(step, &reader, &unique, &wanted).await?;
    cascade.collect(step.table(), &victims).await?;
    let written = insert::write(step, plan, &reader).await?;
    let after = insert::read_written(step, &reader, &written).await?;

    let mut entries = Vec::new();
    for old in &victims {
        entries.push(Entry::delete(&reader, old)?);
    }
    entries.extend(cascade.entries().await?);
    for new in &after {
        entries.push(Entry::insert(&reader, new)?);
    }
    let answer = match written.answer {
        // MySQL counts the deleted rows too; SQLite does not.
        Answer::Executed(result) if step.dialect.is_mysql() => {
            let count = result.rows_affected() + victims.len() as u64;
            let backend = step.dialect.backend();
            Answer::Executed(executed(backend, result.last_insert_id(), count)?)
        }
        other => other,
    };
    Ok(Outcome::Done(answer, entries))
}

/// The unique keys of the table, its primary key among them.
fn unique_keys(step: &Step<'_>) -> Result<Vec<Vec<KeyColumn>>, DbErr> {
    let table = step.table();
    let facts = step.facts(table)?;
    let column = |name: &String| {
        let tracked = table.columns().iter().find(|column| column.name == *name);
        match tracked {
            Some(column) => KeyColumn::new(name, column.kind.clone(), facts),
            None => KeyColumn::of_facts(name, facts),
        }
    };
    let primary: Vec<String> = table
        .key_columns()
        .map(|column| column.name.clone())
        .collect();
    let mut keys = vec![primary];
    for key in &facts.unique {
        if !keys.contains(&key.columns) {
            keys.push(key.columns.clone());
        }
    }
    Ok(keys
        .iter()
        .map(|key| key.iter().map(column).collect())
        .collect())
}

/// The rows that are there and share a unique key with a row that is wanted.
async fn victims(
    step: &Step<'_>,
    reader: &Reader<'_>,
    unique: &[Vec<KeyColumn>],
    wanted: &[Image],
) -> Result<Vec<Image>, DbErr> {
    let mut victims: HashMap<_, Image> = HashMap::new();
    let mut from = 0;
    for columns in unique {
        let key = |image: &Image| {
            let values = image
                .further
                .get(from..from + columns.len())?
                .iter()
                .cloned();
            values.collect::<Option<Vec<_>>>().map(RawKey)
        };
        let keys: Vec<RawKey> = wanted.iter().filter_map(key).collect();
        from += columns.len();
        for keys in keys.chunks(KEYS_PER_STATEMENT) {
            let target = reader.target();
            let mut sql = Sql::new(step.dialect);
            sql.push("SELECT ");
            reader.select_list(&mut sql, &target);
            sql.push(&format!(" FROM {target} WHERE "));
            KeyColumn::any_of(step.dialect, &mut sql, &target, columns, keys);
            sql.push(&step.dialect.lock_rows(&target));
            for image in reader.read(step.db, sql).await? {
                victims.insert(image.key.clone(), image);
            }
        }
    }
    let mut victims: Vec<Image> = victims.into_values().collect();
    victims.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(victims)
}
