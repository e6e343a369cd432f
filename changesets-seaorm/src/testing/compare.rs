//! Comparing what was recorded with what was expected.

use std::ops::Range;

use similar::{
    DiffOp,
    algorithms::{Capture, Replace, lcs},
};

use super::{ExpectedChange, Mismatch, mismatch::Line};
use crate::history::Entry;

/// `similar` compares the new side with the old one.
struct Recorded<'a>(&'a Entry);

impl PartialEq<ExpectedChange> for Recorded<'_> {
    fn eq(&self, expected: &ExpectedChange) -> bool {
        expected.matches(self.0)
    }
}

pub(super) fn in_order(expected: &[ExpectedChange], entries: &[Entry]) -> Result<(), Mismatch> {
    let recorded: Vec<_> = entries.iter().map(Recorded).collect();
    let lines = diff(expected, &recorded).into_iter().flat_map(|operation| {
        let (_, old, new) = operation.as_tag_tuple();
        match operation {
            DiffOp::Equal { .. } => entries[new].iter().map(Line::Both).collect(),
            _ => block(&expected[old], entries, new),
        }
    });
    Mismatch::unless_equal(TITLE, lines.collect())
}

const TITLE: &str = "the recorded changes are not the expected ones (- expected, + recorded)";

fn diff(expected: &[ExpectedChange], recorded: &[Recorded<'_>]) -> Vec<DiffOp> {
    let mut operations = Replace::new(Capture::new());
    let (all, new) = (0..expected.len(), 0..recorded.len());
    // It cannot fail: the hook only collects.
    let Ok(()) = lcs::diff_deadline_raw(&mut operations, expected, all, recorded, new, None);
    operations.into_inner().into_ops()
}

/// Changes that do not match, each expected one before the recorded one it could have meant.
fn block<'a>(
    expected: &'a [ExpectedChange],
    entries: &'a [Entry],
    new: Range<usize>,
) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut next = new.start;
    for change in expected {
        let meant = (next..new.end).find(|index| change.concerns(&entries[*index]));
        if let Some(index) = meant {
            lines.extend(entries[next..index].iter().map(Line::Recorded));
        }
        lines.push(Line::Expected(change));
        if let Some(index) = meant {
            lines.push(Line::Recorded(&entries[index]));
            lines.push(Line::Because(change, &entries[index]));
            next = index + 1;
        }
    }
    lines.extend(entries[next..new.end].iter().map(Line::Recorded));
    lines
}

pub(super) fn in_any_order(expected: &[ExpectedChange], entries: &[Entry]) -> Result<(), Mismatch> {
    let pairs = pair_up(expected, entries);
    let missing = (0..expected.len())
        .filter(|index| !pairs.contains(&Some(*index)))
        .map(|index| Line::Expected(&expected[index]));
    let found = entries.iter().zip(&pairs).map(|(entry, pair)| match pair {
        Some(_) => Line::Both(entry),
        None => Line::Recorded(entry),
    });
    let title = "the recorded changes are not the expected ones, in any order \
                 (- expected, + recorded)";
    Mismatch::unless_equal(title, missing.chain(found).collect())
}

/// The expected change that each entry is, as many as can be at once: two expected changes may both
/// match an entry, where one of them leaves its columns open (Kuhn's algorithm).
fn pair_up(expected: &[ExpectedChange], entries: &[Entry]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; entries.len()];
    for index in 0..expected.len() {
        let mut asked = vec![false; entries.len()];
        find_place(expected, entries, index, &mut pairs, &mut asked);
    }
    pairs
}

/// Finds an entry for an expected change, moving others if it must.
fn find_place(
    expected: &[ExpectedChange],
    entries: &[Entry],
    index: usize,
    pairs: &mut [Option<usize>],
    asked: &mut [bool],
) -> bool {
    for place in 0..entries.len() {
        if asked[place] || !expected[index].matches(&entries[place]) {
            continue;
        }
        asked[place] = true;
        let free = match pairs[place] {
            None => true,
            Some(other) => find_place(expected, entries, other, pairs, asked),
        };
        if free {
            pairs[place] = Some(index);
            return true;
        }
    }
    false
}
