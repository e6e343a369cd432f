//! What is known of a key's lives.

use std::collections::HashMap;

use changesets_core::ObjectKey;

use super::marks::{Mark, MarkKind};

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
    pub(super) fn join_returned(&mut self) {
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

/// Cuts the changes of a key into lives, by its marks alone.
pub(super) fn lineage(key: &ObjectKey, marks: &HashMap<ObjectKey, Vec<Mark>>) -> Lineage {
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
