use crate::{Changeset, Current, InCurrentChangeset, current};

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
