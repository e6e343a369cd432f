//! One scope, one changeset.

use changesets_seaorm::{Changeset, current};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, TransactionTrait, sea_query::Expr,
};

use crate::TestDb;
use crate::shop::{self, tag};
use crate::tracked::{
    assert_replay, headers, shop_tables, shop_tracker, tracked_shop, tracked_shop_with,
};

pub async fn late_metadata_reaches_the_header_at_the_end_of_the_scope(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            shop::a_tag("one").insert(&tracked).await?;
            current().expect("a scope").set_actor("insert");
            Ok::<_, DbErr>(())
        })
        .await?;
    Changeset::new()
        .scope(async {
            let rename = Expr::value("two");
            tag::Entity::update_many()
                .col_expr(tag::Column::Name, rename)
                .exec(&tracked)
                .await?;
            current().expect("a scope").set_actor("update");
            Ok::<_, DbErr>(())
        })
        .await?;
    Changeset::new()
        .scope(async {
            let transaction = tracked.begin().await?;
            shop::a_tag("three").insert(&transaction).await?;
            transaction.commit().await?;
            current().expect("a scope").set_actor("transaction");
            Ok::<_, DbErr>(())
        })
        .await?;
    let actors: Vec<_> = headers(tracked.untracked())
        .await
        .into_iter()
        .map(|h| h.actor)
        .collect();
    let expected = ["insert", "update", "transaction"].map(|actor| Some(actor.to_owned()));
    assert_eq!(actors, expected);
    Ok(())
}

/// Whatever road the last write took: a transaction from before the scope, a script.
pub async fn late_metadata_reaches_the_header_of_a_transaction_from_outside(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let late = |actor: &str| current().expect("a scope").set_actor(actor);
    let still_open = tracked.begin().await?;
    Changeset::new()
        .scope(async {
            shop::a_tag("one").insert(&still_open).await?;
            late("open");
            Ok::<_, DbErr>(())
        })
        .await?;
    still_open.commit().await?;
    let outside = tracked.begin().await?;
    Changeset::new()
        .scope(async {
            shop::a_tag("two").insert(&outside).await?;
            outside.commit().await?;
            late("committed");
            Ok::<_, DbErr>(())
        })
        .await?;
    Changeset::new()
        .scope(async {
            tracked
                .execute_unprepared(
                    "UPDATE tag SET name = 'three' WHERE name = 'one'; SELECT 1; \
                     DELETE FROM tag WHERE name = 'two'",
                )
                .await?;
            late("script");
            Ok::<_, DbErr>(())
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    let actors: Vec<_> = headers
        .iter()
        .map(|header| header.actor.as_deref())
        .collect();
    assert_eq!(actors, [Some("open"), Some("committed"), Some("script")]);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_header_rolled_back_is_written_again(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            let undone = tracked.begin().await?;
            shop::a_tag("undone").insert(&undone).await?;
            undone.rollback().await?;
            let outer = tracked.begin().await?;
            let savepoint = outer.begin().await?;
            shop::a_tag("undone").insert(&savepoint).await?;
            savepoint.rollback().await?;
            shop::a_tag("kept").insert(&outer).await?;
            outer.commit().await?;
            shop::a_tag("more").insert(&tracked).await?;
            Ok::<_, DbErr>(())
        })
        .await?;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Changeset::new()
        .scope(async { tag::Entity::find().all(&tracked).await })
        .await?;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    Ok(())
}
