//! Code that rolls back, fails, panics, or does not run.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sea_orm::{DbErr, TransactionTrait};

use super::shop::{product, shop, sql, tagged};
use crate::{
    Tracker,
    testing::{Recording, inserted, record},
};

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
    let _ = |db| is_send(&test(db));
}
