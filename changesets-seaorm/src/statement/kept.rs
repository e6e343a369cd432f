//! What is made of a plan once, and kept with it.
//!
//! It holds for one state of the catalog: another one empties it.

use std::sync::{Arc, Mutex};

use crate::{catalog::Catalog, session::lock};

/// Texts longer than this are made anew: rows in a text come only once.
const LONGEST: usize = 4096;
/// With and without the header's part, run for its rows or for their number.
const TEXTS: usize = 4;

/// What is kept with a plan.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Option<State>>);

#[derive(Debug)]
struct State {
    catalog: Arc<Catalog>,
    one_statement: Option<bool>,
    texts: Vec<(Source, String)>,
}

/// What the text of the one statement is made of, beside the plan and the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Whether the caller wants rows.
    pub(crate) rows: bool,
    /// Whether the header is written along.
    pub(crate) header: bool,
    /// How many values the caller gave.
    pub(crate) values: usize,
}

/// The same with the caller's text: a plan may serve several.
#[derive(Debug)]
struct Source {
    shape: Shape,
    caller: Box<str>,
}

impl Kept {
    /// Whether one statement can write and record; found out by `ask` if that is not known.
    pub(crate) fn one_statement(&self, catalog: &Arc<Catalog>, ask: impl FnOnce() -> bool) -> bool {
        self.with(catalog, |state| {
            *state.one_statement.get_or_insert_with(ask)
        })
    }

    /// The text of the one statement for the `caller`'s, made by `make` if it is not known.
    pub(crate) fn text(
        &self,
        catalog: &Arc<Catalog>,
        shape: Shape,
        caller: &str,
        make: impl FnOnce() -> String,
    ) -> String {
        if caller.len() > LONGEST {
            return make();
        }
        self.with(catalog, |state| {
            let same = |(of, _): &&(Source, String)| of.shape == shape && *of.caller == *caller;
            if let Some((_, text)) = state.texts.iter().find(same) {
                return text.clone();
            }
            let text = make();
            if state.texts.len() == TEXTS {
                state.texts.remove(0);
            }
            let caller = caller.into();
            state.texts.push((Source { shape, caller }, text.clone()));
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
            one_statement: None,
            texts: Vec::new(),
        }))
    }
}
