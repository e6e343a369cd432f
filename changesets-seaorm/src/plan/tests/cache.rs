//! What is remembered, and how much of it.

use std::{cell::Cell, sync::Arc};

use crate::plan::{Plan, PlanCache};

#[test]
fn a_text_is_planned_once() {
    let cache = PlanCache::new(2);
    let planned = Cell::new(0);
    let make = || {
        planned.set(planned.get() + 1);
        Plan::Pass
    };
    let first = cache.get_or_plan("a", make);
    assert!(Arc::ptr_eq(&first, &cache.get_or_plan("a", make)));
    cache.get_or_plan("b", make);
    cache.get_or_plan("a", make);
    assert_eq!(planned.get(), 2);
    // `b` was used longest ago.
    cache.get_or_plan("c", make);
    cache.get_or_plan("a", make);
    assert_eq!(planned.get(), 3);
    cache.get_or_plan("b", make);
    assert_eq!(planned.get(), 4);
    assert_eq!(cache.size(), (2, 2));
}

#[test]
fn long_texts_do_not_fill_the_memory() {
    let cache = PlanCache::new(4);
    cache.get_or_plan(&"x".repeat(64 * 1024 + 1), || Plan::Pass);
    assert_eq!(cache.size(), (0, 0));
    for letter in ["a", "b", "c", "d"] {
        cache.get_or_plan(&letter.repeat(15_000), || Plan::Pass);
    }
    assert_eq!(cache.size(), (2, 30_000));
}

#[test]
fn planning_may_plan() {
    let cache = PlanCache::new(4);
    cache.get_or_plan("a", || {
        cache.get_or_plan("a", || Plan::Pass);
        Plan::Pass
    });
    assert_eq!(cache.size(), (1, 1));
}
