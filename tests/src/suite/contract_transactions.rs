//! Transactions, pools and tasks that share one scope.

use changesets_seaorm::{Changeset, InCurrentChangeset};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, TransactionTrait};

use crate::TestDb;
use crate::shop::{self, tag};
use crate::tracked::{
    assert_replay, headers, lines, shop_tables, shop_tracker, tracked_shop, tracked_shop_with,
};

pub async fn transactions_of_one_scope_do_not_wait_for_each_other(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 2).await;
    let writers = db.backend().concurrent_writers();
    Changeset::new()
        .scope(async {
            let first = tracked.begin().await?;
            shop::a_tag("first").insert(&first).await?;
            let second = tracked.begin().await?;
            if writers {
                shop::a_tag("second").insert(&second).await?;
            } else {
                tag::Entity::find().all(&second).await?;
            }
            first.commit().await?;
            second.commit().await?;
            Ok::<_, DbErr>(())
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    assert_eq!(headers.len(), if writers { 2 } else { 1 });
    assert_eq!(headers[0].parent_id, None);
    if let Some(second) = headers.get(1) {
        assert_eq!(second.parent_id, Some(headers[0].id));
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_pool_write_does_not_wait_for_an_open_transaction(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 2).await;
    Changeset::new()
        .scope(async {
            let open = tracked.begin().await?;
            shop::a_tag("inside").insert(&open).await?;
            shop::a_tag("beside").insert(&tracked).await?;
            open.commit().await
        })
        .await?;
    assert_eq!(lines(tracked.untracked()).await.len(), 2);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn one_connection_is_enough(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    Changeset::new()
        .scope(async {
            let one = shop::a_tag("one").insert(&tracked).await?;
            let outer = tracked.begin().await?;
            shop::a_tag("two").insert(&outer).await?;
            let inner = outer.begin().await?;
            shop::a_tag("three").insert(&inner).await?;
            inner.commit().await?;
            outer.commit().await?;
            tag::Entity::delete_by_id(one.id).exec(&tracked).await?;
            Ok::<_, DbErr>(())
        })
        .await?;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_eq!(lines(tracked.untracked()).await.len(), 4);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_nested_scope_and_a_spawned_task_have_their_place(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            shop::a_tag("outer").insert(&tracked).await?;
            let there = tracked.clone();
            let work = async move { shop::a_tag("spawned").insert(&there).await };
            tokio::spawn(work.in_current_changeset())
                .await
                .expect("a task")?;
            let inner = async { shop::a_tag("inner").insert(&tracked).await };
            Changeset::new().scope(inner).await
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    assert_eq!(headers.len(), 2);
    assert_eq!(headers[1].parent_id, Some(headers[0].id));
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_commit_that_fails_leaves_nothing(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    db.sql("ALTER TABLE category ADD CONSTRAINT late UNIQUE (name) DEFERRABLE INITIALLY DEFERRED")
        .await;
    Changeset::new()
        .scope(async {
            let doomed = tracked.begin().await?;
            for code in ["a", "b"] {
                let mut category = shop::a_category(code, None);
                category.name = sea_orm::ActiveValue::Set("same".to_owned());
                category.insert(&doomed).await?;
            }
            doomed.commit().await.expect_err("the names are the same");
            assert_eq!(lines(tracked.untracked()).await.len(), 0);
            assert_eq!(headers(tracked.untracked()).await.len(), 0);
            shop::a_tag("after").insert(&tracked).await?;
            tracked.execute_unprepared("SELECT 1").await
        })
        .await?;
    assert_eq!(db.count("category").await, 0);
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
