//! The hook alone, and beside a tracked connection.

use changesets_seaorm::{CaptureError, Tracker};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait, QueryOrder, TransactionTrait,
};

use crate::TestDb;
use crate::shop::{self, product, tag};
use crate::tracked::{
    assert_replay, changes, lines, refs, shop_tables, tracked_shop, tracked_shop_with,
};

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

/// Every kind of single-model write, on a connection where its change could not be atomic.
pub async fn a_plain_pool_is_refused(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let kept = shop::a_tag("kept").insert(&tracked).await?;
    let mut renamed = kept.clone().into_active_model();
    renamed.name = Set("no".to_owned());
    let plain = db.plain();
    let refused = [
        shop::a_tag("no").insert(&plain).await.map(drop),
        renamed.clone().update(&plain).await.map(drop),
        renamed.save(&plain).await.map(drop),
        kept.delete(&plain).await.map(drop),
    ];
    for outcome in refused {
        assert_eq!(
            CaptureError::of(&outcome.unwrap_err())
                .map(ToString::to_string)
                .as_deref(),
            Some(
                "cannot record the write to `tag` in the same transaction as the write itself: it \
                 is made on a plain connection outside a transaction; begin one, use a \
                 `TrackedConnection`, or say `outside_transaction = Record` in `track!`"
            )
        );
    }
    assert_eq!(tag_names(&plain).await?, ["kept"]);
    assert_eq!(lines(&plain).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

async fn tag_names(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let tags = tag::Entity::find().order_by_asc(tag::Column::Name);
    Ok(tags
        .all(db)
        .await?
        .into_iter()
        .map(|tag| tag.name)
        .collect())
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

/// Inserts, updates and deletes, on the connection and in its transactions.
pub async fn an_entity_the_tracker_does_not_know_is_refused(db: TestDb) -> Result<(), DbErr> {
    let only_tags = Tracker::builder().entity::<tag::Entity>();
    let tracked = tracked_shop_with(&db, only_tags, 5).await;
    db.sql("INSERT INTO product (name, price, stock, active) VALUES ('lamp', 1, 1, true)")
        .await;
    let lamp = product::Entity::find()
        .one(&tracked)
        .await?
        .expect("a lamp");
    let mut renamed = lamp.clone().into_active_model();
    renamed.name = Set("no".to_owned());
    let within = tracked.begin().await?;
    let refused = [
        shop::a_product("no", 100).insert(&tracked).await.map(drop),
        renamed.clone().update(&tracked).await.map(drop),
        lamp.clone().delete(&tracked).await.map(drop),
        shop::a_product("no", 100).insert(&within).await.map(drop),
        renamed.update(&within).await.map(drop),
        lamp.clone().delete(&within).await.map(drop),
    ];
    within.commit().await?;
    for outcome in refused {
        assert_eq!(
            CaptureError::of(&outcome.unwrap_err())
                .map(ToString::to_string)
                .as_deref(),
            Some(
                "entity `product` is written through a tracked connection whose tracker does not \
                 know it: register it with `Tracker::builder().entity::<..>()`"
            )
        );
    }
    assert_eq!(product::Entity::find().all(&tracked).await?, [lamp]);
    assert_eq!(lines(&db.plain()).await.len(), 0);
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
    let changes = changes(&db.plain()).await;
    let of = |entity: &str| {
        let found = changes.iter().find(|change| change.entity == entity);
        found.expect("a change").id
    };
    assert_eq!(changes.len(), 3);
    // Both ends, by the change of the junction's row.
    let link = of("product_tag");
    assert_eq!(
        refs(&db.plain()).await,
        [
            format!("{link} product 1 product_id"),
            format!("{link} tag 1 tag_id"),
        ]
    );
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
