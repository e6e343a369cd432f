//! What the log should say, in the form of [`lines`].

use changesets_seaorm::{CaptureError, TrackedConnection};
use sea_orm::DbErr;
use serde_json::Value;
use uuid::Uuid;

use crate::tracked::{assert_replay, lines, shop_tables};

/// The whole log is exactly these lines, and replaying it gives the tables.
pub async fn assert_log<L: AsRef<str>>(tracked: &TrackedConnection, expected: &[L]) {
    let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    assert_eq!(lines(tracked.untracked()).await, expected);
    assert_replay(tracked, &shop_tables()).await;
}

/// The same, where the lines from number `from` on are of one statement: the order of its rows is
/// the database's own.
pub async fn assert_log_but_order(tracked: &TrackedConnection, from: usize, expected: &[String]) {
    let mut found = lines(tracked.untracked()).await;
    let mut expected = expected.to_vec();
    for lines in [&mut found, &mut expected] {
        if let Some(statement) = lines.get_mut(from..) {
            statement.sort();
        }
    }
    assert_eq!(found, expected);
    assert_replay(tracked, &shop_tables()).await;
}

/// A tag that came.
pub fn tag_inserted(id: i32, name: &str) -> String {
    format!(r#"insert tag {id} {{"id":{id},"name":"{name}"}}"#)
}

/// A tag that got another name.
pub fn tag_renamed(id: i32, old: &str, new: &str) -> String {
    format!(r#"update tag {id} {{"name":["{old}","{new}"]}}"#)
}

/// A tag that went.
pub fn tag_deleted(id: i32, name: &str) -> String {
    format!(r#"delete tag {id} {{"id":{id},"name":"{name}"}}"#)
}

/// A product as [`a_product`](crate::shop::a_product) makes it, for 1.00, with so many in stock:
/// `insert` or `delete`.
pub fn product(action: &str, id: i64, name: &str, stock: i32) -> String {
    format!(
        r#"{action} product {id} {{"active":true,"created_at":null,"description":null,"id":{id},"name":"{name}","price":"1.00","stock":{stock},"supplier_secret":{{"redacted":true}}}}"#
    )
}

/// A link of a product and a tag that came or went.
pub fn link(action: &str, product: i64, tag: i32) -> String {
    format!(r#"{action} product_tag [{product},{tag}] {{"product_id":{product},"tag_id":{tag}}}"#)
}

/// A category that came or went.
pub fn category(action: &str, code: &str, name: &str, parent: Option<&str>) -> String {
    let parent = parent.map_or(Value::Null, Value::from);
    format!(
        r#"{action} category {code} {{"code":"{code}","name":"{name}","parent_code":{parent}}}"#
    )
}

/// The customer Ann, whose key is nil, came or went.
pub fn ann_line(action: &str) -> String {
    let nil = Uuid::nil();
    format!(r#"{action} customer {nil} {{"id":"{nil}","name":"ann"}}"#)
}

/// An order of Ann's that came or went.
pub fn order_row(action: &str, id: i64) -> String {
    let nil = Uuid::nil();
    format!(r#"{action} order {id} {{"customer_id":"{nil}","id":{id},"note":null}}"#)
}

/// A line of an order, of two pieces, that came or went.
pub fn line_row(action: &str, order: i64, number: i32, product: Option<i64>) -> String {
    let product = product.map_or(Value::Null, Value::from);
    format!(
        r#"{action} order_line [{order},{number}] {{"line_no":{number},"order_id":{order},"product_id":{product},"quantity":2}}"#
    )
}

/// Our refusal where the database has ended the transaction.
pub fn assert_ended<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    let refused = result.expect_err("there is no transaction");
    let ours = CaptureError::of(&refused);
    assert_eq!(ours, Some(&CaptureError::TransactionEnded), "{refused}");
}

/// SeaORM's own refusal where the database has no `RETURNING`.
pub fn assert_not_supported<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    let refused = matches!(result, Err(DbErr::BackendNotSupported { .. }));
    assert!(refused, "{result:?}");
}
