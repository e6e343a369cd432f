//! A change is there if and only if its write is.

use std::time::Duration;

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, TransactionTrait};

use crate::TestDb;
use crate::shop;
use crate::tracked::{assert_replay, lines, shop_tables, tracked_shop};

pub async fn only_what_is_committed_is_recorded(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let kept = tracked.begin().await?;
    shop::a_tag("kept").insert(&kept).await?;
    let savepoint = kept.begin().await?;
    shop::a_tag("undone").insert(&savepoint).await?;
    savepoint.rollback().await?;
    let dropped = kept.begin().await?;
    shop::a_tag("dropped").insert(&dropped).await?;
    drop(dropped);
    kept.commit().await?;
    let undone = tracked.begin().await?;
    shop::a_tag("rolled back").insert(&undone).await?;
    undone.rollback().await?;
    let dropped = tracked.begin().await?;
    shop::a_tag("dropped").insert(&dropped).await?;
    drop(dropped);
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_cancelled_write_leaves_both_or_neither(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for micros in [0, 50, 200, 500, 1000, 2000, 5000] {
        let write = shop::a_tag("tag").insert(&tracked);
        let _ = tokio::time::timeout(Duration::from_micros(micros), write).await;
    }
    // A write whose caller has gone may still be on its way.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_log_that_fails_takes_the_write_along(db: TestDb) -> Result<(), DbErr> {
    use changesets_seaorm::CaptureError;
    let tracked = tracked_shop(&db).await;
    let log = tracked_log();
    let moved = format!("{}_gone", log.change());
    tracked
        .untracked()
        .execute_unprepared(&format!(
            "ALTER TABLE {} RENAME TO {moved}",
            db.backend().quote(log.change())
        ))
        .await?;
    let error = shop::a_tag("lost").insert(&tracked).await.unwrap_err();
    assert!(
        matches!(CaptureError::of(&error), Some(CaptureError::Log { .. })),
        "{error}"
    );
    let within = tracked.begin().await?;
    let error = shop::a_tag("lost").insert(&within).await.unwrap_err();
    assert!(
        matches!(CaptureError::of(&error), Some(CaptureError::Log { .. })),
        "{error}"
    );
    within.rollback().await?;
    assert_eq!(db.count("tag").await, 0);
    Ok(())
}

fn tracked_log() -> changesets_seaorm::LogTables {
    changesets_seaorm::LogTables::default()
}
