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

mod marks;

use std::collections::HashMap;

use changesets_core::{LogTables, ObjectKey};
use sea_orm::ConnectionTrait;

use self::marks::{Arrival, Mark, MarkKind};
use super::{error::HistoryError, subject::Entity};

/// How many changes of its key an object's history is followed through.
const MAX_KEY_CHANGES: usize = 100;

/// All lives of the objects that had, one after the other, the same key.
#[derive(Debug, Clone)]
pub(crate) struct Lineage {
    pub(crate) root: ObjectKey,
    /// Oldest first. Empty when nothing is recorded under the key.
    pub(crate) lives: Vec<Life>,
}

/// One object's time under the key, and under its earlier keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Life {
    /// No change under the root key before this one is of this life.
    pub(crate) begin: i64,
    /// The root key first, then the keys before it, latest first.
    pub(crate) spans: Vec<Span>,
}

/// A stretch of one key's changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub(crate) key: ObjectKey,
    /// Ids greater than this one ...
    pub(crate) after: i64,
    /// ... up to and with this one.
    pub(crate) until: i64,
}

impl Span {
    pub(crate) fn holds(&self, key: &ObjectKey, id: i64) -> bool {
        self.key == *key && self.after < id && id <= self.until
    }
}

impl Lineage {
    /// Everything that was ever recorded of the key, and what led up to it.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let whole = Span {
            key: self.root.clone(),
            after: 0,
            until: i64::MAX,
        };
        let earlier = self.lives.iter().flat_map(|life| life.spans.iter().skip(1));
        std::iter::once(whole).chain(earlier.cloned()).collect()
    }

    /// The latest life alone. References to it may come after its end: a cascade
    /// deletes the links of a row after the row.
    pub(crate) fn current(&self) -> Option<(&Life, Vec<Span>)> {
        let life = self.lives.last()?;
        let mut references = life.spans.clone();
        if let Some(span) = references.first_mut() {
            span.after = life.begin.saturating_sub(1).max(span.after);
            span.until = i64::MAX;
        }
        Some((life, references))
    }

    /// The life, counted from 0, that the change `id` under `key` belongs to.
    pub(crate) fn life_of(&self, key: &ObjectKey, id: i64) -> Option<usize> {
        self.lives
            .iter()
            .position(|life| life.spans.iter().any(|span| span.holds(key, id)))
    }

    /// The life that was the current one when change `id` referred to `key`.
    pub(crate) fn life_referred(&self, key: &ObjectKey, id: i64) -> Option<usize> {
        let earlier = self
            .lives
            .iter()
            .position(|life| life.spans.iter().skip(1).any(|span| span.holds(key, id)));
        if earlier.is_some() || *key != self.root || self.lives.is_empty() {
            return earlier;
        }
        let begun = self.lives.partition_point(|life| life.begin <= id);
        Some(begun.saturating_sub(1))
    }

    /// An object that left the key and came back to it has one life, not two: the
    /// later one knows where it came from.
    fn join_returned(&mut self) {
        let returned: Vec<i64> = self
            .lives
            .iter()
            .flat_map(|life| life.spans.iter().skip(1))
            .filter(|span| span.key == self.root)
            .map(|span| span.until)
            .collect();
        self.lives
            .retain(|life| !returned.contains(&life.spans[0].until));
    }
}

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
    let mut marks = marks::marks(db, tables, entity, keys).await?;
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

/// Cuts the changes of a key into lives, by its marks alone.
fn lineage(key: &ObjectKey, marks: &HashMap<ObjectKey, Vec<Mark>>) -> Lineage {
    let mut lives = Vec::new();
    let (mut after, mut born) = (0, None);
    let mut end = |after: i64, until: i64, born: Option<i64>| {
        lives.push(Life {
            begin: born.unwrap_or(after + 1),
            spans: vec![Span {
                key: key.clone(),
                after,
                until,
            }],
        });
    };
    for mark in marks.get(key).into_iter().flatten() {
        match mark.kind {
            // The row before it vanished without a record: still another object.
            MarkKind::Insert if born.is_some() => {
                end(after, mark.id - 1, born);
                (after, born) = (mark.id - 1, Some(mark.id));
            }
            MarkKind::Insert => born = Some(mark.id),
            MarkKind::Delete | MarkKind::Move => {
                end(after, mark.id, born);
                (after, born) = (mark.id, None);
            }
        }
    }
    end(after, i64::MAX, born);
    Lineage {
        root: key.clone(),
        lives,
    }
}

/// Whether a stretch of a key's changes holds the insert it begins with.
fn has_birth(marks: &HashMap<ObjectKey, Vec<Mark>>, span: &Span) -> bool {
    marks.get(&span.key).into_iter().flatten().any(|mark| {
        mark.kind == MarkKind::Insert && span.after < mark.id && mark.id <= span.until
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(marks: &[(i64, MarkKind)]) -> Vec<(i64, i64, i64)> {
        let key = ObjectKey::new("1");
        let marks = marks
            .iter()
            .map(|(id, kind)| Mark {
                id: *id,
                kind: *kind,
            })
            .collect();
        lineage(&key, &HashMap::from([(key.clone(), marks)]))
            .lives
            .iter()
            .map(|life| (life.begin, life.spans[0].after, life.spans[0].until))
            .collect()
    }

    #[test]
    fn each_insert_begins_a_life_and_each_end_ends_one() {
        use MarkKind::{Delete, Insert, Move};
        assert_eq!(cut(&[]), [(1, 0, i64::MAX)]);
        assert_eq!(cut(&[(5, Insert)]), [(5, 0, i64::MAX)]);
        assert_eq!(
            cut(&[(5, Insert), (9, Delete)]),
            [(5, 0, 9), (10, 9, i64::MAX)]
        );
        assert_eq!(
            cut(&[(5, Insert), (9, Move), (12, Insert)]),
            [(5, 0, 9), (12, 9, i64::MAX)]
        );
    }

    #[test]
    fn a_second_insert_without_a_delete_is_another_life_too() {
        use MarkKind::Insert;
        assert_eq!(
            cut(&[(5, Insert), (9, Insert)]),
            [(5, 0, 8), (9, 8, i64::MAX)]
        );
    }
}
