use super::shop::{lamp, shop, sql, tagged};
use crate::testing::record;

#[tokio::test]
async fn one_line_for_each_change() {
    let db = shop().await;
    let recorded = record(&db, async {
        lamp(&db, 1).await?;
        tagged(&db, "tin").await?;
        sql(&db, "UPDATE product SET price = 12, secret = 'iron'").await?;
        sql(&db, "INSERT INTO product_tag VALUES (1, 'tin')").await?;
        sql(&db, "DELETE FROM product_tag").await?;
        sql(&db, "DELETE FROM product").await
    })
    .await
    .unwrap();
    let text = r#"insert product 1: id: 1, name: "lamp", note: null, price: "10.00", secret: (redacted)
insert tag tin: word: "tin"
update product 1: price: "10.00" -> "12.00", secret: (redacted)
link product 1, tag tin (product_tag [1,"tin"]): product_id: 1, tag: "tin"
unlink product 1, tag tin (product_tag [1,"tin"]): product_id: 1, tag: "tin"
delete product 1: id: 1, name: "lamp", note: null, price: "12.00", secret: (redacted)"#;
    assert_eq!(recorded.output, Ok(1));
    assert_eq!(recorded.to_string(), text);
    assert_eq!(format!("{recorded:?}"), text);
    assert_eq!(format!("{:#?}", recorded.into_changes()), text);
}

#[tokio::test]
async fn nothing_is_said_too_and_a_key_stays_on_its_line() {
    let db = shop().await;
    let nothing = record(&db, async {}).await.unwrap();
    assert_eq!(nothing.to_string(), "(nothing was recorded)");
    let odd = record(&db, tagged(&db, "a\nb")).await.unwrap();
    assert_eq!(odd.to_string(), r#"insert tag "a\nb": word: "a\nb""#);
}
