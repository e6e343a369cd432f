//! What others write at the same time.

use tokio::sync::oneshot;

use super::shop::{shop, sql, tag, tagged};
use crate::{
    Changeset, InCurrentChangeset,
    testing::{Recording, inserted, record},
};

/// Writes a tag in a task that has nothing to do with the caller's, between its two halves.
fn somebody_else(
    db: &crate::TrackedConnection,
    changeset: Changeset,
) -> (oneshot::Sender<()>, tokio::task::JoinHandle<u64>) {
    let (begin, begun) = oneshot::channel();
    let db = db.clone();
    let write = async move {
        begun.await.unwrap();
        changeset.scope(tagged(&db, "else")).await.unwrap()
    };
    (begin, tokio::spawn(write))
}

#[tokio::test]
async fn what_others_write_meanwhile_is_theirs() {
    let db = shop().await;
    let work = |changeset| {
        let (begin, other) = somebody_else(&db, changeset);
        let db = db.clone();
        async move {
            sql(&db, "DELETE FROM tag").await.unwrap();
            tagged(&db, "tin").await.unwrap();
            begin.send(()).unwrap();
            other.await.unwrap();
            tagged(&db, "big").await.unwrap();
        }
    };
    let own = [inserted("tag", "tin"), inserted("tag", "big")];
    let recorded = record(&db, work(Changeset::new())).await.unwrap();
    recorded.assert_changes(own.clone());
    // Also under the wing of a changeset that both know.
    let around = Changeset::new().open();
    let sibling = Changeset::new().parent(around.id());
    let recorded = record(&db, work(sibling))
        .in_changeset(&around)
        .await
        .unwrap();
    assert_eq!(recorded.of::<tag::Entity>().len(), 5, "{recorded}");
    recorded.check_changes(own).unwrap_err();
    assert!(
        !recorded.to_string().contains("insert tag else"),
        "{recorded}"
    );

    sql(&db, "DELETE FROM tag").await.unwrap();
    let everybody = Recording::on(&db).everybody().run(work(Changeset::new()));
    let all = [
        inserted("tag", "tin"),
        inserted("tag", "else"),
        inserted("tag", "big"),
    ];
    everybody.await.unwrap().assert_changes(all);
}

#[tokio::test]
async fn a_job_that_was_handed_the_id() {
    let db = shop().await;
    let recorded = record(&db, async {
        let request = Changeset::new().open();
        let job = Changeset::new().parent(request.id());
        let (begin, other) = somebody_else(&db, job);
        begin.send(()).unwrap();
        other.await.unwrap()
    });
    recorded
        .await
        .unwrap()
        .assert_changes([inserted("tag", "else")]);
}
