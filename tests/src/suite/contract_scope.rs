//! One scope, one changeset.

use changesets_seaorm::{Changeset, current};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, TransactionTrait, sea_query::Expr};

use crate::TestDb;
use crate::shop::{self, tag};
use crate::tracked::{assert_replay, headers, shop_tables, tracked_shop};

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
