use std::panic::{AssertUnwindSafe, catch_unwind};

use super::shop::{lamp, shop, sql, tagged};
use crate::testing::{Changes, inserted, record, updated};

/// A lamp that gets dearer, and a tag.
async fn recorded() -> Changes {
    let db = shop().await;
    let work = async {
        lamp(&db, 1).await.unwrap();
        sql(&db, "UPDATE product SET price = 12, note = 'tin'")
            .await
            .unwrap();
        tagged(&db, "tin").await.unwrap();
    };
    record(&db, work).await.unwrap().into_changes()
}

fn message(failing: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(failing)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[tokio::test]
async fn a_value_that_differs() {
    let changes = recorded().await;
    let failed = message(|| {
        changes.assert_changes([
            inserted("product", 1)
                .with("name", "lamb")
                .with("price", "10.00"),
            updated("product", 1)
                .column("price", "10.00", "12.00")
                .exactly(),
            inserted("tag", "tin"),
        ]);
    });
    assert_eq!(
        failed,
        r#"the recorded changes are not the expected ones (- expected, + recorded):
- insert product 1: name: "lamb", price: "10.00"
+ insert product 1: id: 1, name: "lamp", note: null, price: "10.00", secret: (redacted)
    expected name: "lamb", recorded name: "lamp"
- update product 1: price: "10.00" -> "12.00", and nothing else
+ update product 1: note: null -> "tin", price: "10.00" -> "12.00"
    not expected note: null -> "tin"
  insert tag tin: word: "tin""#
    );
}

#[tokio::test]
async fn changes_that_are_missing_or_too_many() {
    let changes = recorded().await;
    let failed = message(|| {
        changes.assert_changes([
            inserted("tag", "big"),
            inserted("product", 1),
            inserted("tag", "tin").touching("colour").redacted("word"),
        ]);
    });
    assert_eq!(
        failed,
        r#"the recorded changes are not the expected ones (- expected, + recorded):
- insert tag big
  insert product 1: id: 1, name: "lamp", note: null, price: "10.00", secret: (redacted)
+ update product 1: note: null -> "tin", price: "10.00" -> "12.00"
- insert tag tin: colour: …, word: (redacted)
+ insert tag tin: word: "tin"
    expected colour: …, recorded colour: (not recorded)
    expected word: (redacted), recorded word: "tin""#
    );
}

#[tokio::test]
async fn in_any_order() {
    let changes = recorded().await;
    let failed = message(|| {
        changes.assert_changes_in_any_order([
            inserted("tag", "tin"),
            updated("product", 2),
            inserted("product", 1),
        ]);
    });
    assert_eq!(
        failed,
        r#"the recorded changes are not the expected ones, in any order (- expected, + recorded):
- update product 2
  insert product 1: id: 1, name: "lamp", note: null, price: "10.00", secret: (redacted)
+ update product 1: note: null -> "tin", price: "10.00" -> "12.00"
  insert tag tin: word: "tin""#
    );
}

#[tokio::test]
async fn something_where_nothing_should_be() {
    let db = shop().await;
    let one = record(&db, tagged(&db, "tin")).await.unwrap();
    assert_eq!(
        message(|| one.assert_nothing()),
        "nothing should have been recorded, but 1 change was:\ninsert tag tin: word: \"tin\""
    );
    let two = record(&db, sql(&db, "INSERT INTO tag VALUES ('a'), ('b')"))
        .await
        .unwrap();
    assert_eq!(
        format!("{:?}", two.check_nothing().unwrap_err()),
        "nothing should have been recorded, but 2 changes were:\n\
         insert tag a: word: \"a\"\ninsert tag b: word: \"b\""
    );
    let none = record(&db, async {}).await.unwrap();
    assert_eq!(
        none.check_changes([inserted("tag", "a")])
            .unwrap_err()
            .to_string(),
        "the recorded changes are not the expected ones (- expected, + recorded):\n- insert tag a"
    );
}
