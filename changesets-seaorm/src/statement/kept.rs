//! What is made of a plan once, and kept with it.
//!
//! It holds for one state of the catalog: another one empties it.

use std::sync::{Arc, Mutex};

use crate::{catalog::Catalog, session::lock};

/// Texts longer than this are made anew: rows in a text come only once.
const LONGEST: usize = 4096;
/// With and without the header's part, run for its rows or for their number, and so on.
const TEXTS: usize = 4;

/// How many writes go in steps after one that had to: it may have been for an odd value in one row.
const IN_STEPS: u32 = 100;

/// What is kept with a plan.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Option<State>>);

#[derive(Debug)]
struct State {
    catalog: Arc<Catalog>,
    /// By [`Listed`].
    as_one: [AsOne; 3],
    texts: Vec<(Source, Arc<Text>)>,
}

/// Whether a write and its record can be sent as one.
#[derive(Debug, Clone, Copy, Default)]
enum AsOne {
    #[default]
    Unknown,
    Can,
    Cannot,
    /// It was tried in vain, and is not tried for so many writes more.
    Later(u32),
}

/// A text that writes and records.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) sql: String,
    /// Where the values of its parameters come from, where these have no numbers.
    pub(crate) places: Vec<Place>,
}

/// Where the value of a parameter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The caller's value at this position.
    Caller(usize),
    /// The record's value at this position.
    Record(usize),
}

/// What rows a text lists. A long list has one plan with those of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    /// As many as the plan tells, if any.
    AsPlanned,
    /// More than that, all spelled as the one of the plan.
    Alike,
    /// More than that.
    More,
}

/// What the text is made of, beside the plan and the catalog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Whether the caller wants rows.
    pub(crate) rows: bool,
    /// Whether the header is written along.
    pub(crate) header: bool,
    /// How many values the caller gave.
    pub(crate) values: usize,
    /// PostgreSQL: whether an update records every column that is another, or only those that the catalog
    /// lets be another, and fails where one besides them is.
    pub(crate) besides: bool,
    /// PostgreSQL: whether an update reads and locks its rows before it writes them.
    pub(crate) locks: bool,
    /// SQLite: the version that the schema has to have, where that is not known of it.
    pub(crate) version: Option<i64>,
    /// SQLite: whether the table that rows are kept in has to be made.
    pub(crate) creates: bool,
    /// SQLite: whether the caller's values are known to be kept in the usual forms of their columns.
    pub(crate) usual: bool,
}

/// The same with the caller's text: a plan may serve several.
#[derive(Debug)]
struct Source {
    shape: Shape,
    caller: Box<str>,
}

impl Kept {
    /// Whether the write and its record can be sent as one; found out by `ask` if that is not known.
    pub(crate) fn as_one(
        &self,
        catalog: &Arc<Catalog>,
        listed: Listed,
        ask: impl FnOnce() -> bool,
    ) -> bool {
        self.with(catalog, |state| {
            let as_one = &mut state.as_one[listed as usize];
            *as_one = match *as_one {
                AsOne::Unknown if ask() => AsOne::Can,
                AsOne::Unknown => AsOne::Cannot,
                AsOne::Later(0) => AsOne::Can,
                AsOne::Later(more) => AsOne::Later(more - 1),
                known => known,
            };
            matches!(as_one, AsOne::Can)
        })
    }

    /// It was tried, and had to be done in steps.
    pub(crate) fn not_as_one(&self, catalog: &Arc<Catalog>, listed: Listed) {
        self.with(catalog, |state| {
            state.as_one[listed as usize] = AsOne::Later(IN_STEPS);
        });
    }

    /// The text for the `caller`'s, made by `make` if it is not known.
    pub(crate) fn text(
        &self,
        catalog: &Arc<Catalog>,
        shape: Shape,
        caller: &str,
        make: impl FnOnce() -> Text,
    ) -> Arc<Text> {
        if is_long(caller) {
            return Arc::new(make());
        }
        self.with(catalog, |state| {
            let same = |(of, _): &&(Source, Arc<Text>)| of.shape == shape && *of.caller == *caller;
            if let Some((_, text)) = state.texts.iter().find(same) {
                return Arc::clone(text);
            }
            let text = Arc::new(make());
            if state.texts.len() == TEXTS {
                state.texts.remove(0);
            }
            let caller = caller.into();
            state
                .texts
                .push((Source { shape, caller }, Arc::clone(&text)));
            text
        })
    }

    fn with<T>(&self, catalog: &Arc<Catalog>, f: impl FnOnce(&mut State) -> T) -> T {
        let mut kept = lock(&self.0);
        if !matches!(&*kept, Some(state) if Arc::ptr_eq(&state.catalog, catalog)) {
            *kept = None;
        }
        f(kept.get_or_insert_with(|| State {
            catalog: Arc::clone(catalog),
            as_one: [AsOne::Unknown; 3],
            texts: Vec::new(),
        }))
    }
}

/// Whether a text lists so many rows that it is not kept.
pub(crate) fn is_long(sql: &str) -> bool {
    sql.len() > LONGEST
}

#[cfg(test)]
mod tests {
    use super::{IN_STEPS, Kept, Listed};

    #[test]
    fn what_had_to_go_in_steps_once_is_tried_again() {
        let (kept, catalog) = (Kept::default(), std::sync::Arc::default());
        let can = |listed| kept.as_one(&catalog, listed, || true);
        assert!(can(Listed::AsPlanned));
        kept.not_as_one(&catalog, Listed::AsPlanned);
        for _ in 0..IN_STEPS {
            assert!(!can(Listed::AsPlanned));
        }
        assert!(can(Listed::AsPlanned) && can(Listed::AsPlanned));
    }

    #[test]
    fn a_list_of_rows_does_not_decide_for_one() {
        let (kept, catalog) = (Kept::default(), std::sync::Arc::default());
        let can = |listed| kept.as_one(&catalog, listed, || true);
        kept.not_as_one(&catalog, Listed::More);
        assert!(can(Listed::AsPlanned) && !can(Listed::More));
    }

    #[test]
    fn what_the_plan_does_not_allow_is_never_tried() {
        let (kept, catalog) = (Kept::default(), std::sync::Arc::default());
        assert!(!kept.as_one(&catalog, Listed::AsPlanned, || false));
        assert!(!kept.as_one(&catalog, Listed::AsPlanned, || true));
    }
}
