//! A change is there if and only if its write is.

use sea_orm::{ActiveModelTrait, DbErr, TransactionTrait};

use crate::TestDb;
use crate::oracle::cancel;
use crate::shop;
use crate::tracked::{
    assert_replay, lines, shop_tables, shop_tracker, tracked_shop, tracked_shop_with,
};

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

/// Drops a write after its first poll, its second, and so on. At every moment the rows and their
/// changes are as many.
pub async fn a_cancelled_write_leaves_both_or_neither(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let mut interrupted = 0;
    for (round, polls) in rounds() {
        let tag = shop::a_tag(&format!("tag {round} {polls}"));
        let answer = cancel::after(Some(polls), tag.insert(&tracked)).await;
        let [tags, changes] = tags_and_changes(&db).await;
        assert_eq!(tags, changes, "after {polls} polls");
        match answer {
            Some(answer) => drop(answer?),
            None => interrupted += 1,
        }
    }
    assert!(interrupted > 0, "no write was interrupted");
    // The pool has one connection: whoever gets it waits for what is still on its way.
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// The same inside a transaction, which goes on after the interruption.
pub async fn a_cancelled_write_in_a_transaction_leaves_both_or_neither(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 2).await;
    let mut interrupted = 0;
    for (round, polls) in rounds() {
        let within = tracked.begin().await?;
        let tag = shop::a_tag(&format!("tag {round} {polls}"));
        let answer = cancel::after(Some(polls), tag.insert(&within)).await;
        shop::a_tag(&format!("after {round} {polls}"))
            .insert(&within)
            .await?;
        within.commit().await?;
        let [tags, changes] = tags_and_changes(&db).await;
        assert_eq!(tags, changes, "after {polls} polls");
        match answer {
            Some(answer) => drop(answer?),
            None => interrupted += 1,
        }
    }
    assert!(interrupted > 0, "no write was interrupted");
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// After how many polls to drop, again and again: how many a write takes depends on the moment.
fn rounds() -> impl Iterator<Item = (u32, u32)> {
    (0..8).flat_map(|round| (1..=12).map(move |polls| (round, polls)))
}

/// How many there are, in one look.
async fn tags_and_changes(db: &TestDb) -> [String; 2] {
    let count = |table: &str| {
        let text = if db.backend().is_mysql() {
            "CHAR"
        } else {
            "TEXT"
        };
        let table = db.backend().quote(table);
        format!("CAST((SELECT COUNT(*) FROM {table}) AS {text})")
    };
    let sql = format!("SELECT {}, {}", count("tag"), count("change"));
    let row = db.texts(&sql).await.remove(0);
    [0, 1].map(|n| row[n].clone().expect("a count"))
}
