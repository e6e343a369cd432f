use std::sync::Arc;

use super::{Ambient, FrozenClock, Witness, carry, note, now};
use crate::{Changeset, ChangesetId, InCurrentChangeset, current};

fn clock() -> Arc<FrozenClock> {
    Arc::new(FrozenClock::at("2026-01-01T00:00:00Z".parse().unwrap()))
}

#[tokio::test]
async fn changesets_get_rising_ids_and_times() {
    let opened = async {
        let first = Changeset::new().open();
        assert_eq!(now(), first.created_at());
        let second = Changeset::new().open();
        assert_eq!(now(), second.created_at());
        [&first, &second].map(|one| format!("{} {}", one.id(), one.created_at()))
    };
    assert_eq!(
        Ambient::here().clock(clock()).scope(opened).await,
        [
            "019b76da-a800-7000-8000-000000000001 2026-01-01 00:00:00 UTC",
            "019b76da-a800-7000-8000-000000000002 2026-01-01 00:00:01 UTC",
        ]
    );
    assert_ne!(now(), clock().now());
}

#[tokio::test]
async fn the_frozen_clock_goes_where_the_changeset_is_carried() {
    let work = Changeset::new().scope(async {
        tokio::spawn(async { ChangesetId::generate().to_string() }.in_current_changeset())
            .await
            .unwrap()
    });
    let id = Ambient::here().clock(clock()).scope(work).await;
    assert_eq!(id, "019b76da-a800-7000-8000-000000000002");
}

#[tokio::test]
async fn what_is_around_no_changeset_is_carried_on_its_own() {
    let work = async { tokio::spawn(carry(async { now() })).await.unwrap() };
    let time = Ambient::here().clock(clock()).scope(work).await;
    assert_eq!(time, clock().now());
}

#[tokio::test]
async fn a_witness_tells_what_was_opened_inside_from_what_was_open_before() {
    let (inner, outer) = (Arc::new(Witness::new()), Arc::new(Witness::new()));
    let before = Changeset::new().open();
    let between = async {
        let between = Changeset::new().open();
        let work = async {
            let inside = Changeset::new().open();
            for used in [&before, &between, &inside] {
                note(used, used.id());
            }
            inside.id()
        };
        let inside = Ambient::here().witness(inner.clone()).scope(work).await;
        (between.id(), inside)
    };
    let (between, inside) = Ambient::here().witness(outer.clone()).scope(between).await;
    let seen = |witness: &Witness| {
        [before.id(), between, inside].map(|id| (witness.opened(id), witness.passed(id)))
    };
    let (opened, passed) = ((true, false), (false, true));
    assert_eq!(seen(&outer), [passed, opened, opened]);
    assert_eq!(seen(&inner), [passed, passed, opened]);
}

#[tokio::test]
async fn a_witness_sees_through_spawned_tasks_and_continuations() {
    let witness = Arc::new(Witness::new());
    let continuation = ChangesetId::generate();
    let work = Changeset::new().scope(async move {
        let task = async move { current().map(|here| note(&here, continuation)) };
        tokio::spawn(task.in_current_changeset()).await.unwrap();
    });
    Ambient::here().witness(witness.clone()).scope(work).await;
    assert!(witness.opened(continuation));
    assert!(!witness.opened(ChangesetId::generate()));
}
