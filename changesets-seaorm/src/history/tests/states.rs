//! Objects as they were.

use serde_json::json;

use super::super::{HasHistory, HistoryError, history_of, history_of_entity};
use super::{
    log::Log,
    product::{Column, Entity, Model, model},
};

fn product(id: i64, name: &str, price: Option<i32>) -> Model {
    Model {
        id,
        name: name.to_owned(),
        price,
    }
}

#[tokio::test]
async fn the_model_before_and_after_each_change() {
    let log = Log::new("state_all").await;
    log.product("1", "insert", json!({"id": 1, "name": "a", "price": null}))
        .await;
    log.product("1", "update", json!({"price": [null, 3]}))
        .await;
    let link = log
        .change("product_tag", "x", "insert", json!({"id": 99}))
        .await;
    log.reference(link, "product", "1", "product_id").await;
    log.product("1", "update", json!({"id": [1, 2], "name": ["a", "b"]}))
        .await;
    log.product("2", "delete", json!({"id": 2, "name": "b", "price": 3}))
        .await;

    let history = history_of::<Entity>(2_i64)
        .tables(log.tables.clone())
        .oldest_first();
    let expected = [
        (None, Some(product(1, "a", None))),
        (Some(product(1, "a", None)), Some(product(1, "a", Some(3)))),
        (
            Some(product(1, "a", Some(3))),
            Some(product(1, "a", Some(3))),
        ),
        (
            Some(product(1, "a", Some(3))),
            Some(product(2, "b", Some(3))),
        ),
        (Some(product(2, "b", Some(3))), None),
    ];
    let found = history.all_with_states(&log.db).await.unwrap();
    assert_eq!(found.len(), expected.len());
    for ((revision, states), (before, after)) in found.iter().zip(expected) {
        assert_eq!(
            states.before_model().unwrap(),
            before,
            "before {}",
            revision.id()
        );
        assert_eq!(
            states.after_model().unwrap(),
            after,
            "after {}",
            revision.id()
        );
        assert_eq!(
            revision.before(&log.db).await.unwrap(),
            before,
            "before {}",
            revision.id()
        );
        assert_eq!(
            revision.after(&log.db).await.unwrap(),
            after,
            "after {}",
            revision.id()
        );
    }
}

#[tokio::test]
async fn states_of_a_whole_entity_keep_lives_apart() {
    let log = Log::new("state_ent").await;
    log.product("1", "insert", json!({"id": 1, "name": "a", "price": 1}))
        .await;
    log.product("1", "delete", json!({"id": 1, "name": "a", "price": 1}))
        .await;
    log.product("1", "insert", json!({"id": 1, "name": "b", "price": 2}))
        .await;
    log.product("2", "insert", json!({"id": 2, "name": "c", "price": 3}))
        .await;
    let found = history_of_entity::<Entity>()
        .tables(log.tables.clone())
        .all_with_states(&log.db)
        .await
        .unwrap();
    let after: Vec<_> = found
        .iter()
        .map(|(_, states)| states.after_model().unwrap())
        .collect();
    assert_eq!(
        after,
        [
            Some(product(2, "c", Some(3))),
            Some(product(1, "b", Some(2))),
            None,
            Some(product(1, "a", Some(1)))
        ]
    );
    assert_eq!(found[1].1.before, None);
}

#[tokio::test]
async fn a_row_older_than_the_log_is_pieced_together() {
    let log = Log::new("state_old").await;
    log.product("1", "update", json!({"price": [1, 2]})).await;
    let latest = model(1)
        .history()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    let error = latest.before(&log.db).await.unwrap_err();
    assert!(error.is_missing_columns());
    let HistoryError::MissingColumns { columns, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(columns, &["id", "name"]);
    let states = latest.states(&log.db).await.unwrap();
    let before = states.before.unwrap();
    assert_eq!(before.get::<i32>(Column::Price).unwrap(), Some(1));
    assert_eq!(before.json().len(), 1);

    // Its delete says what it was all along.
    log.product("1", "delete", json!({"id": 1, "name": "a", "price": 2}))
        .await;
    assert_eq!(
        latest.before(&log.db).await.unwrap(),
        Some(product(1, "a", Some(1)))
    );
}

#[tokio::test]
async fn a_redacted_column_is_missing_not_null() {
    let log = Log::new("state_red").await;
    log.product(
        "1",
        "insert",
        json!({"id": 1, "name": {"redacted": true}, "price": null}),
    )
    .await;
    let revision = model(1)
        .history()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    let error = revision.after(&log.db).await.unwrap_err();
    assert!(error.to_string().contains("no value for name"), "{error}");
}
