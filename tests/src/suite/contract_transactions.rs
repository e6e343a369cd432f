//! Transactions, pools and tasks that share one scope.

use changesets_seaorm::Changeset;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, TransactionTrait};

use crate::TestDb;
use crate::shop;
use crate::tracked::{assert_replay, headers, lines, shop_tables, tracked_shop};

/// A constraint that is checked at the commit: PostgreSQL's deferred ones, SQLite's foreign keys.
pub async fn a_commit_that_fails_leaves_nothing(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().deferred_constraints() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    if db.backend().is_postgres() {
        db.sql("ALTER TABLE category ALTER CONSTRAINT \"fk-category-parent_code\" DEFERRABLE")
            .await;
    }
    Changeset::new()
        .scope(async {
            let doomed = tracked.begin().await?;
            let later = if db.backend().is_postgres() {
                "SET CONSTRAINTS ALL DEFERRED"
            } else {
                "PRAGMA defer_foreign_keys = ON"
            };
            doomed.execute_unprepared(later).await?;
            let orphan = shop::a_category("orphan", Some("nobody"));
            orphan.insert(&doomed).await?;
            doomed.commit().await.expect_err("the parent is missing");
            assert_eq!(lines(tracked.untracked()).await.len(), 0);
            assert_eq!(headers(tracked.untracked()).await.len(), 0);
            shop::a_tag("after").insert(&tracked).await
        })
        .await?;
    assert_eq!(db.count("category").await, 0);
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Transactions deep, and their savepoints back up, in one changeset.
pub async fn a_savepoint_takes_its_changes_along(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            let one = tracked.begin().await?;
            shop::a_tag("one").insert(&one).await?;
            let two = one.begin().await?;
            shop::a_tag("two").insert(&two).await?;
            let three = two.begin().await?;
            shop::a_tag("three").insert(&three).await?;
            three.commit().await?;
            two.rollback().await?;
            let four = one.begin().await?;
            shop::a_tag("four").insert(&four).await?;
            four.commit().await?;
            one.commit().await
        })
        .await?;
    let changes = crate::tracked::changes(tracked.untracked()).await;
    let names: Vec<_> = changes
        .iter()
        .map(|change| change.diff.as_map()["name"].clone())
        .collect();
    assert_eq!(names, ["one", "four"]);
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
