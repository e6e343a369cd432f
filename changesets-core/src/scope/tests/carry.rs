use std::cell::Cell;

use futures_util::{Stream, StreamExt, stream};
use tokio::task::JoinSet;

use crate::{Changeset, ChangesetId, Current, InCurrentChangeset, carry, current};

fn is_inside(opened: &Current) -> bool {
    current().is_some_and(|current| current.id() == opened.id())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spawn_leaves_the_scope_unless_carried() {
    Changeset::new()
        .scope(async {
            let here = current().unwrap();
            assert!(!tokio::spawn(async { current().is_some() }).await.unwrap());
            let carried = async move {
                tokio::task::yield_now().await;
                is_inside(&here)
            };
            assert!(tokio::spawn(carried.in_current_changeset()).await.unwrap());
        })
        .await;
}

#[tokio::test]
async fn the_changeset_is_taken_at_the_call() {
    let carried =
        Changeset::new().sync_scope(|| async { current().is_some() }.in_current_changeset());
    assert!(carried.await);
    let plain = async { current().is_some() }.in_current_changeset();
    assert!(
        Changeset::new().scope(plain).await,
        "outside any scope it carries nothing"
    );
}

#[tokio::test]
async fn outside_any_scope_carrying_does_nothing() {
    assert!(!async { current().is_some() }.in_current_changeset().await);
}

#[tokio::test]
async fn an_opened_changeset_is_entered_explicitly() {
    let opened = Changeset::new().open();
    assert!(current().is_none());
    assert!(async { is_inside(&opened) }.in_changeset(&opened).await);
    assert!(current().is_none());
}

#[tokio::test]
async fn a_carried_task_edits_the_same_changeset() {
    Changeset::new()
        .scope(async {
            let task = async { current().unwrap().set_actor("user:42") };
            tokio::spawn(task.in_current_changeset()).await.unwrap();
            assert_eq!(current().unwrap().metadata().actor.unwrap().id, "user:42");
        })
        .await;
}

#[tokio::test]
async fn a_stream_is_polled_in_the_changeset_it_was_given() {
    let seen = stream::iter(0..2).map(|_| current().map(|current| current.id()));
    let opened = Changeset::new().open();
    let mut carried = seen.in_changeset(&opened);
    assert_eq!(carried.size_hint(), (2, Some(2)));
    assert_eq!(carried.next().await, Some(Some(opened.id())));
    assert!(current().is_none(), "between two items nothing is open");
    assert_eq!(carried.next().await, Some(Some(opened.id())));
    assert_eq!(carried.next().await, None);
}

#[tokio::test]
async fn a_closure_on_another_thread_runs_in_the_changeset() {
    Changeset::new()
        .scope(async {
            let here = current().unwrap();
            let there = here.clone();
            let bare = tokio::task::spawn_blocking(|| current().is_some());
            assert!(!bare.await.unwrap());
            let carried = carry(move || {
                current().unwrap().set_actor("user:42");
                is_inside(&there)
            });
            assert!(tokio::task::spawn_blocking(carried).await.unwrap());
            assert_eq!(here.metadata().actor.unwrap().id, "user:42");
        })
        .await;
    assert!(!carry(|| current().is_some())(), "nothing to carry");
}

#[tokio::test]
async fn tasks_of_a_join_set_run_in_the_changeset() {
    let opened = Changeset::new().open();
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let seen = async { current().map(|current| current.id()) };
        tasks.spawn(seen.in_changeset(&opened));
    }
    assert_eq!(tasks.join_all().await, [Some(opened.id()); 3]);
}

#[test]
fn carried_work_is_dropped_in_its_changeset() {
    struct SeenOnDrop<'a>(&'a Cell<Option<ChangesetId>>);

    impl Drop for SeenOnDrop<'_> {
        fn drop(&mut self) {
            self.0.set(current().map(|current| current.id()));
        }
    }

    let seen = Cell::new(None);
    let opened = Changeset::new().open();
    let guard = SeenOnDrop(&seen);
    drop(async move { drop(guard) }.in_changeset(&opened));
    assert_eq!(seen.get(), Some(opened.id()));
    assert!(current().is_none());
}

#[tokio::test]
async fn a_background_job_has_its_own_changeset_and_a_parent() {
    let (request, job) = Changeset::new()
        .actor("user:42")
        .scope(async {
            let request = current().unwrap().id();
            let job = Changeset::new().actor("job:reindex").parent(request);
            let work = async { current().unwrap() };
            (request, tokio::spawn(job.scope(work)).await.unwrap())
        })
        .await;
    assert_eq!(job.parent(), Some(request));
    assert_ne!(job.id(), request);
    assert_eq!(job.metadata().actor.unwrap().id, "job:reindex");
}
