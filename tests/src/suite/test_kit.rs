//! The test kit of users, on every database: what only real servers can show.

use changesets_seaorm::{
    Changeset,
    testing::{Frozen, Recording, deleted, inserted, linked, record, unlinked, updated},
};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, ModelTrait, TransactionTrait,
};

use crate::TestDb;
use crate::shop::{self, product, product_tag, tag};
use crate::tracked::{shop_tracker, tracked_shop, tracked_shop_with};

pub async fn the_text_is_the_same_on_every_database(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let recorded = record(&tracked, async {
        let lamp = shop::a_product("lamp", 1000).insert(&tracked).await?;
        shop::a_tag("tin").insert(&tracked).await?;
        let link = product_tag::ActiveModel {
            product_id: Set(1),
            tag_id: Set(1),
        };
        let link = link.insert(&tracked).await?;
        let raise = "UPDATE product SET price = price + 2, supplier_secret = 'new'";
        tracked.execute_unprepared(raise).await?;
        link.delete(&tracked).await?;
        lamp.delete(&tracked).await
    });
    let recorded = recorded.await.expect("read the log");
    assert_eq!(
        recorded.output.as_ref().map(|done| done.rows_affected),
        Ok(1)
    );
    let price = product::Column::Price;
    let (one, other) = ((product::Entity, 1), (tag::Entity, 1));
    recorded.assert_changes([
        inserted(product::Entity, 1)
            .with(price, Decimal::from(10))
            .with("active", true),
        inserted("tag", 1).with("name", "tin"),
        linked(one, other),
        updated("product", 1)
            .column(price, Decimal::from(10), Decimal::from(12))
            .redacted("supplier_secret")
            .exactly(),
        unlinked(other, one),
        deleted(product::Entity, 1).with("price", "12.00"),
    ]);
    let rest = "active: true, created_at: null, description: null, id: 1, name: \"lamp\"";
    let end = "stock: 10, supplier_secret: (redacted)";
    let link = "product 1, tag 1 (product_tag [1,1]): product_id: 1, tag_id: 1";
    assert_eq!(
        recorded.to_string(),
        format!(
            "insert product 1: {rest}, price: \"10.00\", {end}\n\
             insert tag 1: id: 1, name: \"tin\"\n\
             link {link}\n\
             update product 1: price: \"10.00\" -> \"12.00\", supplier_secret: (redacted)\n\
             unlink {link}\n\
             delete product 1: {rest}, price: \"12.00\", {end}"
        )
    );
    Ok(())
}

pub async fn transactions_open_at_once_are_all_the_code_s(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 4).await;
    let other = tracked.clone();
    let frozen = Frozen::at("2026-01-01T00:00:00Z").expect("a time");
    let work = async {
        let [first, second, third] = [
            tracked.begin().await?,
            tracked.begin().await?,
            tracked.begin().await?,
        ];
        shop::a_tag("first").insert(&first).await?;
        shop::a_tag("second").insert(&second).await?;
        shop::a_tag("third").insert(&third).await?;
        // A task that nothing is carried into: somebody else, at the same time.
        let somebody = async move { shop::a_tag("else").insert(&other).await };
        tokio::spawn(somebody).await.expect("a task")?;
        second.commit().await?;
        third.rollback().await?;
        first.commit().await
    };
    let scope = Changeset::new().actor("user:1").scope(work);
    let recorded = frozen
        .run(record(&tracked, scope))
        .await
        .expect("read the log");
    assert_eq!(recorded.output, Ok(()));
    recorded.assert_changes([
        inserted("tag", 1).with("name", "first"),
        inserted("tag", 2).with("name", "second"),
    ]);
    let changesets = recorded.changesets();
    let ids: Vec<String> = changesets.iter().map(|one| one.id.to_string()).collect();
    assert_eq!(
        ids,
        [
            "019b76da-a800-7000-8000-000000000001",
            "019b76da-a800-7000-8000-000000000002"
        ]
    );
    assert_eq!(changesets[1].parent_id, Some(changesets[0].id));
    let time = "2026-01-01T00:00:00+00:00";
    for change in recorded.changes() {
        assert_eq!(change.at().to_rfc3339(), time);
        assert_eq!(change.recorded_at().to_rfc3339(), time);
    }
    let log = Recording::on(&tracked).everybody().run(async {}).await;
    log.expect("read the log").assert_nothing();
    assert_eq!(db.count("tag").await, 3);
    Ok(())
}

pub async fn the_hook_alone_in_two_transactions(db: TestDb) -> Result<(), DbErr> {
    tracked_shop(&db).await;
    let plain = db.connect(2).await;
    let writers = db.backend().concurrent_writers();
    let recorded = record(
        &plain,
        Changeset::new().scope(async {
            let first = plain.begin().await?;
            shop::a_tag("first").insert(&first).await?;
            if writers {
                let second = plain.begin().await?;
                shop::a_tag("second").insert(&second).await?;
                second.commit().await?;
            }
            first.commit().await
        }),
    );
    let recorded = recorded.await.expect("read the log");
    assert_eq!(recorded.output, Ok(()));
    let names = ["first", "second"]
        .into_iter()
        .take(if writers { 2 } else { 1 });
    let expected = names
        .enumerate()
        .map(|(index, name)| inserted(tag::Entity, index as i32 + 1).with(tag::Column::Name, name));
    recorded.assert_changes(expected);
    assert_eq!(recorded.changesets().len(), if writers { 2 } else { 1 });
    Ok(())
}
