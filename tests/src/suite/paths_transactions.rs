//! Every way to begin a transaction: rows 36 and 37 of the write paths.

use std::fmt::Debug;

use changesets_seaorm::TrackedTransaction;
use sea_orm::{
    AccessMode, ActiveModelTrait, DbErr, IsolationLevel, SqliteTransactionMode, TransactionError,
    TransactionOptions, TransactionTrait,
};

use crate::TestDb;
use crate::expected::{assert_log, tag_inserted};
use crate::shop;
use crate::tracked::{headers, tracked_shop};

/// The level that every database knows, SQLite included.
const LEVEL: Option<IsolationLevel> = Some(IsolationLevel::Serializable);
const ACCESS: Option<AccessMode> = Some(AccessMode::ReadWrite);

/// Inserts a tag with this id: ids that a rollback took back are not given again everywhere.
async fn put(db: &TrackedTransaction, id: i32) -> Result<(), DbErr> {
    let tag = shop::tag::ActiveModel {
        id: sea_orm::Set(id),
        ..shop::a_tag(&format!("t{id}"))
    };
    tag.insert(db).await?;
    Ok(())
}

fn put_line(id: i32) -> String {
    tag_inserted(id, &format!("t{id}"))
}

fn failure() -> DbErr {
    DbErr::Custom("the callback fails".to_owned())
}

/// The error is the callback's own.
fn assert_failed<T: Debug>(result: Result<T, TransactionError<DbErr>>) {
    match result {
        Err(TransactionError::Transaction(error)) => assert_eq!(error, failure()),
        other => panic!("{other:?}"),
    }
}

/// A commit, a rollback, and one that is dropped.
pub async fn begin(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let transaction = tracked.begin().await?;
    put(&transaction, 1).await?;
    transaction.commit().await?;
    let transaction = tracked.begin().await?;
    put(&transaction, 2).await?;
    transaction.rollback().await?;
    let transaction = tracked.begin().await?;
    put(&transaction, 3).await?;
    drop(transaction);
    let transaction = tracked.begin().await?;
    put(&transaction, 4).await?;
    transaction.commit().await?;
    assert_log(&tracked, &[put_line(1), put_line(4)]).await;
    assert_eq!(headers(tracked.untracked()).await.len(), 2);
    Ok(())
}

pub async fn begin_inside_a_transaction(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let outer = tracked.begin().await?;
    put(&outer, 1).await?;
    let inner = outer.begin().await?;
    put(&inner, 2).await?;
    inner.rollback().await?;
    let inner = outer.begin_with_config(None, None).await?;
    put(&inner, 3).await?;
    let innermost = inner.begin().await?;
    put(&innermost, 4).await?;
    drop(innermost);
    inner.commit().await?;
    outer.commit().await?;
    assert_log(&tracked, &[put_line(1), put_line(3)]).await;
    Ok(())
}

pub async fn begin_with_config(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let transaction = tracked.begin_with_config(LEVEL, ACCESS).await?;
    put(&transaction, 1).await?;
    transaction.commit().await?;
    let transaction = tracked.begin_with_config(LEVEL, None).await?;
    put(&transaction, 2).await?;
    transaction.rollback().await?;
    assert_log(&tracked, &[put_line(1)]).await;
    Ok(())
}

pub async fn begin_with_options(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for (id, mode) in [
        (1, SqliteTransactionMode::Deferred),
        (2, SqliteTransactionMode::Immediate),
        (3, SqliteTransactionMode::Exclusive),
    ] {
        let options = TransactionOptions {
            isolation_level: LEVEL,
            access_mode: ACCESS,
            sqlite_transaction_mode: Some(mode),
        };
        let transaction = tracked.begin_with_options(options).await?;
        put(&transaction, id).await?;
        transaction.commit().await?;
    }
    assert_log(&tracked, &[put_line(1), put_line(2), put_line(3)]).await;
    Ok(())
}

pub async fn transaction(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let done: Result<i32, TransactionError<DbErr>> = tracked
        .transaction(|outer| {
            Box::pin(async move {
                put(outer, 1).await?;
                let inner: Result<(), TransactionError<DbErr>> = outer
                    .transaction(|inner| {
                        Box::pin(async move {
                            put(inner, 2).await?;
                            Err(failure())
                        })
                    })
                    .await;
                assert_failed(inner);
                put(outer, 3).await?;
                Ok(7)
            })
        })
        .await;
    assert_eq!(done.expect("it commits"), 7);
    let undone: Result<(), TransactionError<DbErr>> = tracked
        .transaction(|outer| {
            Box::pin(async move {
                put(outer, 4).await?;
                Err(failure())
            })
        })
        .await;
    assert_failed(undone);
    assert_log(&tracked, &[put_line(1), put_line(3)]).await;
    Ok(())
}

pub async fn transaction_with_config(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for (id, fails) in [(1, false), (2, true), (3, false)] {
        let done: Result<i32, TransactionError<DbErr>> = tracked
            .transaction_with_config(
                |outer| {
                    Box::pin(async move {
                        put(outer, id).await?;
                        if fails { Err(failure()) } else { Ok(id) }
                    })
                },
                LEVEL,
                ACCESS,
            )
            .await;
        if fails {
            assert_failed(done);
        } else {
            assert_eq!(done.expect("it commits"), id);
        }
    }
    assert_log(&tracked, &[put_line(1), put_line(3)]).await;
    Ok(())
}

pub async fn transaction_async(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let done: Result<i32, TransactionError<DbErr>> = tracked
        .transaction_async(async |outer| {
            put(outer, 1).await?;
            let inner: Result<(), TransactionError<DbErr>> = outer
                .transaction_async(async |inner| {
                    put(inner, 2).await?;
                    Err(failure())
                })
                .await;
            assert_failed(inner);
            Ok(7)
        })
        .await;
    assert_eq!(done.expect("it commits"), 7);
    assert_log(&tracked, &[put_line(1)]).await;
    Ok(())
}

pub async fn transaction_with_config_async(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let done: Result<(), TransactionError<DbErr>> = tracked
        .transaction_with_config_async(async |outer| put(outer, 1).await, LEVEL, ACCESS)
        .await;
    done.expect("it commits");
    let undone: Result<(), TransactionError<DbErr>> = tracked
        .transaction_with_config_async(
            async |outer| {
                put(outer, 2).await?;
                Err(failure())
            },
            LEVEL,
            None,
        )
        .await;
    assert_failed(undone);
    assert_log(&tracked, &[put_line(1)]).await;
    Ok(())
}
