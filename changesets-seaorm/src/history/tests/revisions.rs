//! What a revision says.

use changesets_core::Action;
use serde_json::json;

use super::super::{HasHistory, HistoryError, RevisionKind, feed, history_of, history_of_entity};
use super::{
    log::{Log, time},
    product::{Column, Entity, model},
};

#[tokio::test]
async fn a_revision_says_who_when_why_and_what() {
    let mut log = Log::new("rev_who").await;
    log.product("7", "insert", json!({"id": 7, "name": "tea", "price": 3}))
        .await;
    log.changeset(2, "user:2", 60).await;
    let id = log
        .product(
            "7",
            "update",
            json!({"price": [3, null], "name": ["tea", "chai"]}),
        )
        .await;
    log.product("8", "insert", json!({"id": 8, "name": "rum", "price": 9}))
        .await;

    let history = model(7)
        .history()
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(history.len(), 2);
    let latest = &history[0];
    assert_eq!(latest.id(), id);
    assert_eq!(latest.action(), Action::Update);
    assert_eq!(latest.entity(), "product");
    assert_eq!(latest.key().as_str(), "7");
    assert_eq!(latest.actor().unwrap().id, "user:2");
    assert_eq!(latest.reason(), Some("reason 2"));
    assert_eq!(latest.changeset().context, json!({"n": 1}));
    assert_eq!(latest.at(), time(60));
    assert_eq!(latest.recorded_at(), time(1000));
    assert_eq!(latest.life(), Some(1));
    assert!(matches!(
        latest.kind(),
        RevisionKind::Row(Action::Update, _)
    ));

    assert_eq!(latest.old::<i32>(Column::Price).unwrap(), Some(3));
    assert_eq!(latest.new::<i32>(Column::Price).unwrap(), None);
    assert_eq!(latest.new_json("price"), Some(&json!(null)));
    assert_eq!(
        latest.old::<String>(Column::Name).unwrap().as_deref(),
        Some("tea")
    );
    assert_eq!(
        latest.new::<String>(Column::Name).unwrap().as_deref(),
        Some("chai")
    );
    assert_eq!(latest.old::<i64>(Column::Id).unwrap(), None);
    assert!(latest.touches(Column::Price) && !latest.touches(Column::Id));
    let changed: Vec<_> = latest.changed().iter().map(|c| format!("{c:?}")).collect();
    assert_eq!(changed, ["Name", "Price"]);

    let first = &history[1];
    assert_eq!(first.old::<String>(Column::Name).unwrap(), None);
    assert_eq!(first.new::<i64>(Column::Id).unwrap(), Some(7));
    assert_eq!(first.changed().len(), 3);
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_that_names_it() {
    let log = Log::new("rev_type").await;
    log.product("7", "insert", json!({"id": 7, "name": 5}))
        .await;
    let revision = model(7)
        .history()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    let error = revision.new::<String>(Column::Name).unwrap_err();
    assert!(matches!(error, HistoryError::Value { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("column `name` of `product` was recorded as 5"),
        "{error}"
    );
}

#[tokio::test]
async fn columns_the_entity_lost_are_kept_and_redacted_ones_are_not() {
    let log = Log::new("rev_lost").await;
    log.product(
        "7",
        "update",
        json!({"colour": ["red", "blue"], "name": {"redacted": true}}),
    )
    .await;
    let revision = model(7)
        .history()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revision.old_json("colour"), Some(&json!("red")));
    assert_eq!(revision.new_json("colour"), Some(&json!("blue")));
    assert_eq!(revision.changed_names(), ["colour", "name"]);
    assert!(revision.is_redacted(Column::Name));
    assert!(matches!(revision.changed()[..], [Column::Name]));
    assert!(
        revision
            .new::<String>(Column::Name)
            .unwrap_err()
            .is_redacted()
    );
    assert_eq!(revision.new_json("name"), None);
}

#[tokio::test]
async fn a_row_that_is_gone_a_table_and_everything() {
    let log = Log::new("rev_scope").await;
    log.product("7", "insert", json!({"id": 7, "name": "tea"}))
        .await;
    log.product("7", "delete", json!({"id": 7, "name": "tea"}))
        .await;
    log.product("8", "insert", json!({"id": 8, "name": "rum"}))
        .await;
    log.change("tag", "1", "insert", json!({"id": 1})).await;

    let gone = history_of::<Entity>(7_i64)
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(gone.len(), 2);
    assert_eq!(
        gone[0].old::<String>(Column::Name).unwrap().as_deref(),
        Some("tea")
    );
    let table = history_of_entity::<Entity>()
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(table.len(), 3);
    assert_eq!(table[0].life(), None);
    let all = feed()
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(all[0].entity(), "tag");
    assert!(all[0].clone().revision::<Entity>().is_none());
    let typed = all[1].clone().revision::<Entity>().unwrap();
    assert_eq!(typed.new::<i64>(Column::Id).unwrap(), Some(8));
    let tags = feed()
        .entity_named("tag")
        .tables(log.tables.clone())
        .count(&log.db)
        .await
        .unwrap();
    assert_eq!(tags, 1);
}

#[tokio::test]
async fn previous_and_next_stay_with_the_object() {
    let log = Log::new("rev_next").await;
    let a = log.product("7", "insert", json!({"id": 7})).await;
    log.product("8", "insert", json!({"id": 8})).await;
    let b = log
        .product("7", "update", json!({"name": ["a", "b"]}))
        .await;
    let revision = model(7)
        .history()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revision.id(), b);
    assert_eq!(revision.next(&log.db).await.unwrap(), None);
    let first = revision.previous(&log.db).await.unwrap().unwrap();
    assert_eq!(first.id(), a);
    assert_eq!(first.next(&log.db).await.unwrap().unwrap().id(), b);
    assert_eq!(first.previous(&log.db).await.unwrap(), None);
}

#[tokio::test]
async fn rows_of_the_log_that_make_no_sense_are_errors_that_name_them() {
    let log = Log::new("rev_bad").await;
    let id = log.product("7", "paint", json!({})).await;
    let error = model(7)
        .history()
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains(&format!("row {id} of log table `rev_bad_change`")),
        "{text}"
    );
    assert!(text.contains("`paint` is no action"), "{text}");
}
