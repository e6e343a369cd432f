//! The lives of a key.
//!
//! A change is recorded under the key its object had before it. So the changes
//! under one key can belong to several objects, one after the other: each
//! `insert` begins a life, each `delete`, and each update that moves the object
//! to another key, ends one. And the changes of one object can lie under several
//! keys: what moved here had a life under another key before.
//!
//! Both are found from few rows: those that insert, delete, or change a key. An
//! object that was inserted under the key it has now, as almost all are, needs
//! one look at the index. Only for a life that does not begin with an insert are
//! the key changes of its entity searched, once for each step back.

mod lineage;
mod marks;

use std::collections::HashMap;

use changesets_core::{LogTables, ObjectKey};
use sea_orm::ConnectionTrait;

pub(crate) use self::lineage::{Lineage, Span};
use self::{
    lineage::lineage,
    marks::{Arrival, Mark, MarkKind},
};
use super::{entry::Entry, error::HistoryError, subject::Entity};

/// How many changes of its key an object's history is followed through.
const MAX_KEY_CHANGES: usize = 100;

/// A life whose beginning under `key` is not an insert: it may have come from another key.
#[derive(Debug)]
struct Origin {
    lineage: usize,
    life: usize,
    key: ObjectKey,
    after: i64,
    until: i64,
}

/// Finds the lives of each of `keys`, in their order.
pub(crate) async fn resolve<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    keys: &[ObjectKey],
    follow: bool,
) -> Result<Vec<Lineage>, HistoryError> {
    let marks = marks::marks(db, tables, entity, keys).await?;
    cut(db, tables, entity, keys, follow, marks).await
}

/// The same where all changes under the keys are read already.
pub(crate) async fn resolve_among<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    keys: &[ObjectKey],
    follow: bool,
    changes: &[Entry],
) -> Result<Vec<Lineage>, HistoryError> {
    let marks = marks::marks_among(entity, keys, changes)?;
    cut(db, tables, entity, keys, follow, marks).await
}

async fn cut<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    keys: &[ObjectKey],
    follow: bool,
    mut marks: HashMap<ObjectKey, Vec<Mark>>,
) -> Result<Vec<Lineage>, HistoryError> {
    let mut lineages: Vec<Lineage> = keys.iter().map(|key| lineage(key, &marks)).collect();
    if follow {
        let mut open = origins(&lineages, &marks);
        let mut hops = 0;
        while let Some(first) = open.first() {
            if hops == MAX_KEY_CHANGES {
                return Err(HistoryError::TooManyKeyChanges {
                    entity: entity.name.clone(),
                    key: lineages[first.lineage].root.to_string(),
                    limit: MAX_KEY_CHANGES,
                });
            }
            hops += 1;
            open = step_back(db, tables, entity, &mut marks, &mut lineages, open).await?;
        }
    }
    drop_empty(db, tables, entity, &mut lineages, &marks).await?;
    lineages.iter_mut().for_each(Lineage::join_returned);
    Ok(lineages)
}

/// Whether a stretch of a key's changes holds the insert it begins with.
fn has_birth(marks: &HashMap<ObjectKey, Vec<Mark>>, span: &Span) -> bool {
    marks
        .get(&span.key)
        .into_iter()
        .flatten()
        .any(|mark| mark.kind == MarkKind::Insert && span.after < mark.id && mark.id <= span.until)
}

fn origins(lineages: &[Lineage], marks: &HashMap<ObjectKey, Vec<Mark>>) -> Vec<Origin> {
    let mut origins = Vec::new();
    for (lineage, of_key) in lineages.iter().enumerate() {
        for (life, of_object) in of_key.lives.iter().enumerate() {
            let span = &of_object.spans[0];
            if !has_birth(marks, span) {
                origins.push(Origin {
                    lineage,
                    life,
                    key: span.key.clone(),
                    after: span.after,
                    until: span.until,
                });
            }
        }
    }
    origins
}

/// One step back for all open lives at once: finds the changes that moved them
/// here, and the stretch of changes before. Returns those still without a birth.
async fn step_back<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    marks: &mut HashMap<ObjectKey, Vec<Mark>>,
    lineages: &mut [Lineage],
    open: Vec<Origin>,
) -> Result<Vec<Origin>, HistoryError> {
    let arrivals = marks::arrivals(
        db,
        tables,
        entity,
        open.iter().map(|origin| &origin.key),
        open.iter().map(|origin| origin.after).min().unwrap_or(0),
    )
    .await?;
    let arrived: Vec<(Origin, &Arrival)> = open
        .into_iter()
        .filter_map(|origin| {
            let arrival = arrivals
                .get(&origin.key)?
                .iter()
                .rfind(|arrival| origin.after < arrival.id && arrival.id <= origin.until)?;
            Some((origin, arrival))
        })
        .collect();

    let unread: Vec<ObjectKey> = arrived
        .iter()
        .map(|(_, arrival)| arrival.from.clone())
        .filter(|from| !marks.contains_key(from))
        .collect();
    if !unread.is_empty() {
        marks.extend(marks::marks(db, tables, entity, &unread).await?);
    }

    let mut open = Vec::new();
    for (origin, arrival) in arrived {
        let life = &mut lineages[origin.lineage].lives[origin.life];
        if life.spans.len() == 1 {
            life.begin = arrival.id;
        }
        let span = Span {
            key: arrival.from.clone(),
            after: end_before(marks, arrival),
            until: arrival.id,
        };
        if !has_birth(marks, &span) {
            open.push(Origin {
                key: span.key.clone(),
                after: span.after,
                until: span.until,
                ..origin
            });
        }
        life.spans.push(span);
    }
    Ok(open)
}

/// Where the life that moved away begins: after whatever ended the one before it.
fn end_before(marks: &HashMap<ObjectKey, Vec<Mark>>, arrival: &Arrival) -> i64 {
    let (mut after, mut born) = (0, false);
    for mark in marks.get(&arrival.from).into_iter().flatten() {
        if mark.id >= arrival.id {
            break;
        }
        match mark.kind {
            MarkKind::Insert => {
                if born {
                    after = mark.id - 1;
                }
                born = true;
            }
            MarkKind::Delete | MarkKind::Move => (after, born) = (mark.id, false),
        }
    }
    after
}

/// Drops last lives nothing is recorded of: after a delete there need not be another.
async fn drop_empty<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    lineages: &mut [Lineage],
    marks: &HashMap<ObjectKey, Vec<Mark>>,
) -> Result<(), HistoryError> {
    let doubtful = |lineage: &Lineage| {
        lineage.lives.last().is_some_and(|life| {
            life.spans.len() == 1 && life.spans[0].after > 0 && !has_birth(marks, &life.spans[0])
        })
    };
    let keys: Vec<ObjectKey> = lineages
        .iter()
        .filter(|lineage| doubtful(lineage))
        .map(|lineage| lineage.root.clone())
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    let latest = marks::latest(db, tables, entity, &keys).await?;
    for lineage in lineages.iter_mut().filter(|lineage| doubtful(lineage)) {
        let after = lineage.lives.last().map_or(0, |life| life.spans[0].after);
        if latest.get(&lineage.root).is_none_or(|id| *id <= after) {
            lineage.lives.pop();
        }
    }
    Ok(())
}
