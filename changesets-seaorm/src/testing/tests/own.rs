use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sea_orm::{DbErr, TransactionTrait};
use tokio::sync::oneshot;

use super::shop::{product, shop, sql, tag, tagged};
use crate::{
    Changeset, InCurrentChangeset, Tracker, current,
    testing::{Recording, inserted, record},
};

#[tokio::test]
async fn what_was_there_before_is_not() {
    let db = shop().await;
    tagged(&db, "before").await.unwrap();
    let recorded = record(&db, tagged(&db, "tin")).await.unwrap();
    tagged(&db, "after").await.unwrap();
    recorded.assert_changes([inserted("tag", "tin")]);
    assert_eq!(recorded.changesets()[0].actor, None);
}

#[tokio::test]
async fn the_code_runs_in_no_changeset_of_the_kit() {
    let strict = Tracker::builder().entity::<tag::Entity>().require_scope();
    let db = strict.build().unwrap().connect(super::shop::plain().await);
    let recorded = record(&db, async {
        (current().is_none(), tagged(&db, "tin").await.is_err())
    });
    let recorded = recorded.await.unwrap();
    assert_eq!(recorded.output, (true, true));
    recorded.assert_nothing();
}

#[tokio::test]
async fn scopes_in_scopes_that_write_nothing_themselves() {
    let db = shop().await;
    let recorded = record(&db, async {
        let inner = Changeset::new().reason("inner").scope(tagged(&db, "tin"));
        let silent = Changeset::new().reason("silent").scope(inner);
        Changeset::new().reason("outer").scope(silent).await
    });
    let recorded = recorded.await.unwrap();
    recorded.assert_changes([inserted("tag", "tin")]);
    let changesets = recorded.changesets();
    assert_eq!(changesets.len(), 1);
    assert_eq!(changesets[0].reason.as_deref(), Some("inner"));
    assert!(changesets[0].parent_id.is_some());
}

#[tokio::test]
async fn a_changeset_with_a_parent_from_elsewhere() {
    let db = shop().await;
    let elsewhere = Changeset::new().open();
    let work = Changeset::new()
        .parent(elsewhere.id())
        .scope(tagged(&db, "tin"));
    record(&db, work)
        .await
        .unwrap()
        .assert_changes([inserted("tag", "tin")]);
}

#[tokio::test]
async fn tasks_that_take_their_changeset_along() {
    let db = shop().await;
    let recorded = record(&db, async {
        let spawned = db.clone();
        let work = async move {
            tagged(&spawned, "tin").await?;
            Changeset::new().scope(tagged(&spawned, "big")).await
        };
        let spawn = async { tokio::spawn(work.in_current_changeset()).await.unwrap() };
        Changeset::new().scope(spawn).await
    });
    let recorded = recorded.await.unwrap();
    assert_eq!(recorded.output, Ok(1));
    recorded.assert_changes([inserted("tag", "tin"), inserted("tag", "big")]);
}

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

#[tokio::test]
async fn a_changeset_that_is_open_around_it() {
    let db = shop().await;
    let test = Changeset::new().actor("user:1").scope(async {
        tagged(&db, "before").await.unwrap();
        let recorded = record(&db, async {
            tagged(&db, "tin").await.unwrap();
            let outer = record(&db, tagged(&db, "big")).await.unwrap();
            outer.assert_changes([inserted("tag", "big")]);
        });
        let recorded = recorded.await.unwrap();
        tagged(&db, "after").await.unwrap();
        recorded
    });
    let recorded = test.await;
    recorded.assert_changes([inserted("tag", "tin"), inserted("tag", "big")]);
    assert_eq!(recorded.changesets()[0].actor.as_deref(), Some("user:1"));
    // It is not open, but entered.
    let earlier = Changeset::new().open();
    let work = tagged(&db, "entered").in_changeset(&earlier);
    record(&db, work)
        .await
        .unwrap()
        .assert_changes([inserted("tag", "entered")]);
}

#[tokio::test]
async fn what_is_rolled_back_is_not_there() {
    let db = shop().await;
    let recorded = record(&db, async {
        let transaction = db.begin().await?;
        tagged(&transaction, "tin").await?;
        transaction.rollback().await?;
        tagged(&db, "big").await?;
        tagged(&db, "big").await
    });
    let recorded = recorded.await.unwrap();
    assert!(recorded.output.is_err());
    recorded.assert_changes([inserted("tag", "big")]);
}

#[tokio::test]
async fn a_transaction_sees_what_it_will_take_back() {
    let db = shop().await;
    let transaction = db.begin().await.unwrap();
    let recorded = record(&transaction, tagged(&transaction, "tin"))
        .await
        .unwrap();
    recorded.assert_changes([inserted("tag", "tin")]);
    transaction.rollback().await.unwrap();
    let log = Recording::on(&db).everybody().run(async {}).await.unwrap();
    log.assert_nothing();
}

#[tokio::test]
async fn a_panic_goes_on_and_leaves_what_was_committed() {
    let db = shop().await;
    let panics = || async {
        tagged(&db, "tin").await?;
        if db.untracked().ping().await.is_ok() {
            panic!("out of tin");
        }
        Ok::<_, DbErr>(())
    };
    let panic = AssertUnwindSafe(record(&db, panics())).catch_unwind().await;
    let text = *panic.unwrap_err().downcast::<&str>().unwrap();
    assert_eq!(text, "out of tin");
    sql(&db, "DELETE FROM tag").await.unwrap();

    let caught = AssertUnwindSafe(panics()).catch_unwind();
    let recorded = record(&db, caught).await.unwrap();
    assert!(recorded.output.is_err());
    recorded.assert_changes([inserted("tag", "tin")]);
    // The mark is gone with it.
    tagged(&db, "big").await.unwrap();
    assert_eq!(recorded.len(), 1);
}

#[tokio::test]
async fn without_a_log_the_code_does_not_run() {
    let db = super::shop::plain().await;
    let db = Tracker::builder()
        .entity::<product::Entity>()
        .build()
        .unwrap()
        .connect(db);
    changesets_migration::down(db.untracked(), &Default::default())
        .await
        .unwrap();
    let mut ran = false;
    let error = record(&db, async { ran = true }).await.unwrap_err();
    assert!(
        error.to_string().contains("no such table: change"),
        "{error}"
    );
    assert!(!ran);
}

#[test]
fn a_recording_can_be_spawned() {
    fn is_send<T: Send>(_: &T) {}
    async fn test(db: crate::TrackedConnection) {
        let recorded = record(&db, tagged(&db, "tin")).await.unwrap();
        recorded.assert_changes([inserted("tag", "tin")]);
    }
    #[expect(clippy::let_underscore_future, reason = "only its type matters")]
    let _ = |db| is_send(&test(db));
}
