//! The hook alone, and beside a tracked connection.

use changesets_seaorm::{CaptureError, Tracker};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DbErr, IntoActiveModel, ModelTrait, TransactionTrait,
};

use crate::TestDb;
use crate::shop::{self, product, tag};
use crate::tracked::{assert_replay, lines, refs, shop_tables, tracked_shop, tracked_shop_with};

pub async fn a_plain_transaction_records_each_write_once(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for commit in [false, true] {
        let plain = db.plain().begin().await?;
        let tag = shop::a_tag("one").insert(&plain).await?;
        let mut tag = tag.into_active_model();
        tag.name = Set("two".to_owned());
        let tag = tag.update(&plain).await?;
        tag.delete(&plain).await?;
        if commit {
            plain.commit().await?;
        } else {
            plain.rollback().await?;
            assert_eq!(lines(&db.plain()).await.len(), 0);
        }
    }
    let lines = lines(&db.plain()).await;
    let actions: Vec<_> = lines.iter().map(|l| l.split(' ').next()).collect();
    assert_eq!(actions, [Some("insert"), Some("update"), Some("delete")]);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_plain_pool_is_refused(db: TestDb) -> Result<(), DbErr> {
    tracked_shop(&db).await;
    let error = shop::a_tag("no").insert(&db.plain()).await.unwrap_err();
    assert!(
        matches!(
            CaptureError::of(&error),
            Some(CaptureError::NotInTransaction { .. })
        ),
        "{error}"
    );
    assert_eq!(db.count("tag").await, 0);
    Ok(())
}

pub async fn a_tracked_connection_records_once(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("pool").insert(&tracked).await?;
    let within = tracked.begin().await?;
    shop::a_tag("transaction").insert(&within).await?;
    within.commit().await?;
    assert_eq!(lines(&db.plain()).await.len(), 2);
    Ok(())
}

pub async fn an_entity_the_tracker_does_not_know_is_refused(db: TestDb) -> Result<(), DbErr> {
    let only_tags = Tracker::builder().entity::<tag::Entity>();
    let tracked = tracked_shop_with(&db, only_tags, 5).await;
    let error = shop::a_product("no", 100)
        .insert(&tracked)
        .await
        .unwrap_err();
    assert!(
        matches!(
            CaptureError::of(&error),
            Some(CaptureError::UnknownEntity { .. })
        ),
        "{error}"
    );
    assert_eq!(db.count("product").await, 0);
    Ok(())
}

pub async fn a_nested_save_records_its_links(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let plain = db.plain().begin().await?;
    product::ActiveModel::builder()
        .set_name("lamp")
        .set_price(rust_decimal::Decimal::new(100, 2))
        .set_stock(1)
        .set_active(true)
        .add_tag(tag::ActiveModel::builder().set_name("new"))
        .insert(&plain)
        .await?;
    plain.commit().await?;
    assert_eq!(lines(&db.plain()).await.len(), 3);
    let refs = refs(&db.plain()).await;
    for end in [" product 1 ", " tag 1 "] {
        assert!(refs.iter().any(|r| r.contains(end)), "{refs:?}");
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
