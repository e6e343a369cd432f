//! Transactions dropped while a call on them is on its way: as a request does that times out.

use changesets_seaorm::{CaptureError, TrackedConnection, TrackedStream, TrackedTransaction};
use futures_util::FutureExt;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, Statement, StreamTrait, TransactionTrait,
    sea_query::OnConflict,
};

use crate::TestDb;
use crate::oracle::cancel;
use crate::shop;
use crate::tracked::{
    assert_replay, lines, shop_tables, shop_tracker, tracked_shop, tracked_shop_with,
};

/// A savepoint is dropped while a write in it goes on; what the transaction writes next, tracked or
/// not, is not taken back with it.
pub async fn a_dropped_savepoint_takes_only_its_own_writes(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_with_notes(&db).await;
    for polls in 0.. {
        let outer = tracked.begin().await?;
        let inner = outer.begin().await?;
        let answer = dropped(&outer, polls, write(&inner, "inside")).await;
        drop(inner);
        note(&outer, polls).await?;
        write(&outer, &format!("outside {polls}")).await?;
        outer.commit().await?;
        assert_eq!(db.count("note").await, i64::from(polls) + 1);
        assert_eq!(db.count("tag").await, i64::from(polls) + 1);
        if answer.is_some() {
            break;
        }
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// All levels are dropped at once, from the inside and from the outside; nothing is left, and the
/// connection is free for others.
pub async fn a_dropped_request_leaves_nothing_of_any_level(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_with_notes(&db).await;
    for outermost_first in [false, true] {
        for polls in 0.. {
            let mut levels = vec![tracked.begin().await?];
            for depth in 1..=2 {
                let inner = levels[levels.len() - 1].begin().await?;
                write(&inner, &format!("level {depth}")).await?;
                levels.push(inner);
            }
            let innermost = &levels[levels.len() - 1];
            let answer = dropped(&levels[0], polls, write(innermost, "inside")).await;
            if !outermost_first {
                levels.reverse();
            }
            levels.into_iter().for_each(drop);
            let next = tracked.begin().await?;
            note(&next, polls).await?;
            next.rollback().await?;
            if answer.is_some() {
                break;
            }
        }
    }
    write(&tracked, "after").await?;
    assert_eq!(db.count("note").await, 0);
    assert_eq!(db.count("tag").await, 1);
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A savepoint whose caller has gone is not left open around what comes next.
pub async fn a_cancelled_begin_leaves_no_savepoint(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_with_notes(&db).await;
    let outer = tracked.begin().await?;
    let mut notes = 0;
    for polls in 0.. {
        let begun = dropped(&outer, polls, outer.begin()).await;
        note(&outer, polls).await?;
        notes += 1;
        if let Some(begun) = begun {
            // The note is inside the savepoint.
            begun?.commit().await?;
            break;
        }
    }
    outer.commit().await?;
    assert_eq!(db.count("note").await, notes);
    Ok(())
}

/// A commit or rollback that is cancelled happens, or the transaction is rolled back.
pub async fn a_cancelled_end_of_a_savepoint_ends_it(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_with_notes(&db).await;
    for commit in [true, false] {
        for polls in 0.. {
            let outer = tracked.begin().await?;
            let inner = outer.begin().await?;
            write(&inner, "inside").await?;
            let ended = match commit {
                true => dropped(&outer, polls, inner.commit()).await,
                false => dropped(&outer, polls, inner.rollback()).await,
            };
            note(&outer, polls).await?;
            outer.rollback().await?;
            if ended.is_some() {
                break;
            }
        }
    }
    assert_eq!(db.count("note").await, 0);
    assert_eq!(db.count("tag").await, 0);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A read that is cancelled while the database prepares it costs the pool no connection, and the
/// transaction goes on. On MySQL sqlx alone loses both.
pub async fn a_cancelled_read_leaves_the_transaction_usable(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    for goes_on in [true, false] {
        for polls in 1..30 {
            let transaction = tracked.begin().await?;
            // A text that is not prepared yet.
            let read = format!("SELECT id FROM tag WHERE id = {polls} AND {goes_on}");
            let read = Statement::from_sql_and_values(
                ConnectionTrait::get_database_backend(&transaction),
                read,
                [],
            );
            cancel::after(Some(polls), transaction.query_one_raw(read)).await;
            if goes_on {
                write(&transaction, &format!("tag {polls}")).await?;
                transaction.commit().await?;
            }
        }
    }
    assert_eq!(lines(tracked.untracked()).await.len(), 29);
    Ok(())
}

/// What is not tracked cannot wait, so it is refused while a cancelled call is on its way.
pub async fn the_plain_transaction_is_refused_while_it_is_in_use(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_with_notes(&db).await;
    let outer = tracked.begin().await?;
    outer.untracked()?.execute_unprepared("SELECT 1").await?;
    let inner = outer.begin().await?;
    let held = hold(&outer).await;
    assert!(inner.begin().now_or_never().is_none(), "it did not wait");
    let refused = outer.untracked().expect_err("a savepoint is being set");
    assert_eq!(CaptureError::of(&refused), Some(&CaptureError::InUse));
    drop(inner);
    drop(held);
    note(&outer, 1).await?;
    outer.untracked()?.execute_unprepared("SELECT 1").await?;
    outer.commit().await?;
    assert_eq!(db.count("note").await, 1);
    Ok(())
}

async fn tracked_with_notes(db: &TestDb) -> TrackedConnection {
    let tracked = tracked_shop(db).await;
    db.sql("CREATE TABLE note (id INTEGER PRIMARY KEY, polls INTEGER)")
        .await;
    tracked
}

/// Drops `work` after so many polls, if it is not done by then; for none, while it waits for the
/// connection.
async fn dropped<F: Future>(
    outermost: &TrackedTransaction,
    polls: u32,
    work: F,
) -> Option<F::Output> {
    if polls > 0 {
        return cancel::after(Some(polls), work).await;
    }
    let held = hold(outermost).await;
    let done = work.now_or_never();
    assert!(done.is_none(), "it did not wait for the connection");
    drop(held);
    done
}

/// Holds the connection of a transaction.
async fn hold(transaction: &TrackedTransaction) -> TrackedStream<'_> {
    let backend = ConnectionTrait::get_database_backend(transaction);
    let read = Statement::from_string(backend, "SELECT 1");
    transaction.stream_raw(read).await.expect("a stream")
}

/// Writes to a table that is not tracked.
async fn note(db: &TrackedTransaction, polls: u32) -> Result<(), DbErr> {
    let insert = format!("INSERT INTO note VALUES ({polls}, {polls})");
    db.execute_unprepared(&insert).await.map(drop)
}

/// Upserts a tag, which is recorded in steps on every database.
async fn write<C: ConnectionTrait>(db: &C, name: &str) -> Result<(), DbErr> {
    let again = OnConflict::column(shop::tag::Column::Name)
        .update_column(shop::tag::Column::Name)
        .to_owned();
    let tag = shop::tag::Entity::insert(shop::a_tag(name)).on_conflict(again);
    tag.exec_without_returning(db).await.map(drop)
}
