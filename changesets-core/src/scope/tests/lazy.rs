use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{Changeset, Current, current};

fn counted() -> (Current, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let lazy = Current::lazy(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Changeset::new().actor("made").context("n", 1)
    });
    (lazy, calls)
}

#[tokio::test]
async fn nothing_is_made_for_work_that_does_not_use_it() {
    let (lazy, calls) = counted();
    lazy.clone()
        .scope(async {
            let here = current().unwrap();
            assert_eq!(here.revision(), 0);
            assert_eq!(*here.extension(1, || 7), 7);
            assert!(format!("{here:?}").contains("id: None"));
        })
        .await;
    assert!(!lazy.is_used());
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn the_first_use_makes_it_once_for_all_clones() {
    let (lazy, calls) = counted();
    let id = lazy.clone().scope(async { current().unwrap().id() }).await;
    assert_eq!(lazy.id(), id);
    assert_eq!(lazy.metadata().actor.unwrap().id, "made");
    assert_eq!(lazy.parent(), None);
    assert!(lazy.is_used());
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[test]
fn an_edit_is_made_on_top_of_what_it_makes() {
    let (lazy, _) = counted();
    lazy.set_actor("edited");
    assert_eq!(lazy.revision(), 1);
    assert_eq!(lazy.metadata().actor.unwrap().id, "edited");
    assert_eq!(lazy.metadata().context["n"], 1);
    let (lazy, _) = counted();
    lazy.set_context("m", 2).unwrap();
    assert_eq!((lazy.metadata().context.len(), lazy.revision()), (2, 1));
}

#[test]
fn its_parent_is_the_changeset_it_was_opened_in() {
    let outer = Changeset::new().open();
    let lazy = outer.enter(|| Current::lazy(Changeset::new));
    let other = Changeset::new().open();
    assert_eq!(other.enter(|| lazy.parent()), Some(outer.id()));
    let first = lazy.enter(|| Changeset::new().open());
    assert_eq!(first.parent(), Some(lazy.id()), "a nested scope uses it");
}

#[test]
fn making_it_happens_outside_of_it() {
    let outer = Changeset::new().actor("outer").open();
    let lazy = outer.enter(|| {
        Current::lazy(|| {
            let around = current().unwrap().metadata().actor.unwrap();
            Changeset::new().actor(around)
        })
    });
    let actor = lazy.enter(|| current().unwrap().metadata().actor);
    assert_eq!(actor.unwrap().id, "outer");
    let lazy = Current::lazy(|| Changeset::new().context("inside", current().is_some()));
    let inside = lazy.enter(|| lazy.metadata().context["inside"].clone());
    assert_eq!(inside, false);
}

#[test]
fn a_maker_that_panics_is_asked_again() {
    let calls = AtomicUsize::new(0);
    let lazy = Current::lazy(move || match calls.fetch_add(1, Ordering::Relaxed) {
        0 => panic!("not yet"),
        _ => Changeset::new().actor("second"),
    });
    assert!(catch_unwind(AssertUnwindSafe(|| lazy.id())).is_err());
    assert!(!lazy.is_used());
    assert_eq!(lazy.metadata().actor.unwrap().id, "second");
}
