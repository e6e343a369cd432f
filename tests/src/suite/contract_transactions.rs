//! Transactions, pools and tasks that share one scope.

use changesets_seaorm::{Changeset, TrackedTransaction};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, Set, TransactionTrait};
use serde_json::json;

use crate::TestDb;
use crate::shop::{self, tag};
use crate::tracked::{assert_replay, headers, lines, names, shop_tables, tracked_shop};

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
    assert_eq!(names(tracked.untracked()).await, ["one", "four"]);
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// What a capture keeps in the transaction goes with a savepoint, and must not be missed.
pub async fn an_update_after_a_rollback_is_recorded_as_the_first_one(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let update = async |on: &TrackedTransaction, name: &str| {
        let renamed = tag::ActiveModel {
            id: Set(1),
            name: Set(name.to_owned()),
        };
        renamed.update(on).await.map(drop)
    };
    Changeset::new()
        .scope(async {
            shop::a_tag("one").insert(&tracked).await?;
            let outer = tracked.begin().await?;
            let inner = outer.begin().await?;
            update(&inner, "two").await?;
            inner.rollback().await?;
            update(&outer, "three").await?;
            // Both kept something, and only the second is still there.
            update(&outer, "four").await?;
            outer.rollback().await?;
            let again = tracked.begin().await?;
            update(&again, "five").await?;
            update(&again, "five").await?;
            again.commit().await
        })
        .await?;
    assert_eq!(
        names(tracked.untracked()).await,
        [json!("one"), json!(["one", "five"])]
    );
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
