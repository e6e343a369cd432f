use changesets_core::ObjectKey;
use sea_orm::prelude::Decimal;

use super::shop::{lamp, product, product_tag, shop, sql, tag, tagged};
use crate::testing::{AnyKey, Recorded, deleted, inserted, linked, record, unlinked, updated};

/// A lamp, a tag and a link between them that come, and a link that goes.
async fn everything() -> Recorded<()> {
    let db = shop().await;
    let recorded = record(&db, async {
        lamp(&db, 1).await.unwrap();
        tagged(&db, "tin").await.unwrap();
        sql(&db, "UPDATE product SET price = 12, secret = 'iron'")
            .await
            .unwrap();
        sql(&db, "INSERT INTO product_tag VALUES (1, 'tin')")
            .await
            .unwrap();
        sql(&db, "DELETE FROM product_tag").await.unwrap();
    });
    recorded.await.unwrap()
}

#[tokio::test]
async fn by_name() {
    everything().await.assert_changes([
        inserted("product", 1)
            .with("name", "lamp")
            .with("note", None::<String>),
        inserted("tag", "tin").with("word", "tin").exactly(),
        updated("product", 1).column("price", "10.00", "12.00"),
        inserted("product_tag", (1, "tin")),
        unlinked(("tag", "tin"), ("product", 1)),
    ]);
}

#[tokio::test]
async fn by_type() {
    use product::Column::{Id, Name, Note, Price, Secret};
    let lamp = inserted(product::Entity, AnyKey)
        .with(Id, 1)
        .with(Name, "lamp")
        .touching(Note)
        .with(Price, Decimal::from(10))
        .redacted(Secret);
    everything().await.assert_changes([
        lamp.exactly(),
        inserted(tag::Entity, "tin"),
        updated(product::Entity, 1)
            .with(Price, Decimal::from(12))
            .redacted(Secret)
            .exactly(),
        linked((product::Entity, 1), (tag::Entity, "tin")),
        deleted(product_tag::Entity, ObjectKey::new(r#"[1,"tin"]"#)),
    ]);
}

#[tokio::test]
async fn of_one_entity() {
    let recorded = everything().await;
    let products = recorded.of::<product::Entity>();
    assert_eq!((recorded.len(), products.len()), (5, 2));
    products.assert_changes([inserted("product", 1), updated("product", 1)]);
    let prices = recorded.revisions::<product::Entity>().into_iter();
    let prices = prices.map(|change| change.new(product::Column::Price).unwrap());
    assert_eq!(
        prices.collect::<Vec<_>>(),
        [Some(Decimal::new(1000, 2)), Some(Decimal::new(1200, 2))]
    );
    recorded.of::<product_tag::Entity>().assert_changes([
        linked((product::Entity, 1), (tag::Entity, AnyKey)),
        unlinked((tag::Entity, AnyKey), (product::Entity, 1)),
    ]);
}

#[tokio::test]
async fn in_any_order_each_expected_change_finds_one_of_its_own() {
    let recorded = everything().await;
    // The first could be any of three, and has to leave two of them to the others.
    let expected = [
        inserted("product", AnyKey),
        unlinked(("product", 1), ("tag", "tin")),
        updated("product", AnyKey),
        linked(("product", 1), ("tag", "tin")),
        inserted("tag", AnyKey),
    ];
    recorded.assert_changes_in_any_order(expected.clone());
    recorded.check_changes(expected).unwrap_err();

    let db = shop().await;
    let tags = record(&db, async {
        tagged(&db, "tin").await.unwrap();
        tagged(&db, "big").await.unwrap();
    });
    let tags = tags.await.unwrap();
    tags.assert_changes_in_any_order([inserted("tag", AnyKey), inserted("tag", "tin")]);
    tags.assert_changes_in_any_order([inserted("tag", "big"), inserted("tag", AnyKey)]);
    let twice = [inserted("tag", "big"), inserted("tag", "big")];
    tags.check_changes_in_any_order(twice).unwrap_err();
}

#[tokio::test]
async fn what_differs_in_one_thing_is_not_the_same() {
    let recorded = everything().await;
    let product = recorded.of::<product::Entity>();
    let lamp = || inserted("product", 1);
    let raised = || updated("product", 1);
    let wrong = [
        [inserted("product", 2), raised()],
        [inserted("tag", 1), raised()],
        [deleted("product", 1), raised()],
        [lamp().with("name", "lamb"), raised()],
        [lamp().with("nam", "lamp"), raised()],
        [lamp().with("note", "null"), raised()],
        [lamp().with("secret", "it is tin"), raised()],
        [lamp().redacted("name"), raised()],
        [lamp().column("name", "lamp", "lamp"), raised()],
        [lamp().with("name", "lamp").exactly(), raised()],
        [lamp(), raised().column("price", "12.00", "10.00")],
        [lamp(), raised().with("price", "10.00")],
        [lamp(), raised().touching("name")],
        [lamp(), linked(("product", 1), ("tag", "tin"))],
        [raised(), lamp()],
    ];
    product.assert_changes([lamp(), raised()]);
    for expected in wrong {
        assert!(
            product.check_changes(expected.clone()).is_err(),
            "{expected:?}"
        );
    }
    let links = recorded.of::<product_tag::Entity>();
    let (one, other) = (("product", 1), ("tag", "tin"));
    links.assert_changes([linked(other, one), unlinked(one, other)]);
    for wrong in [
        linked(one, one),
        linked(one, ("tag", "big")),
        unlinked(one, other),
    ] {
        let expected = [wrong.clone(), unlinked(one, other)];
        assert!(links.check_changes(expected).is_err(), "{wrong:?}");
    }
}
