//! Which changes are the code's own.

use super::shop::{shop, tag, tagged};
use crate::{
    Changeset, InCurrentChangeset, Tracker, current,
    testing::{inserted, record},
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
