//! Keys that change, and keys that are used again.

use serde_json::json;

use super::super::{HasHistory, HistoryError, Revision, history_of};
use super::{
    log::Log,
    product::{Entity, model, seat},
};

fn lives(history: &[Revision<Entity>]) -> Vec<(i64, usize)> {
    history
        .iter()
        .map(|revision| (revision.id(), revision.life().unwrap()))
        .collect()
}

#[tokio::test]
async fn history_follows_the_key_back() {
    let log = Log::new("key_back").await;
    log.product("1", "insert", json!({"id": 1, "name": "a"}))
        .await; // 1
    log.product("1", "update", json!({"name": ["a", "b"]}))
        .await; // 2
    log.product("1", "update", json!({"id": [1, 2]})).await; // 3
    log.product("2", "update", json!({"id": [2, 3]})).await; // 4
    log.product("1", "insert", json!({"id": 1, "name": "other"}))
        .await; // 5
    log.product("3", "update", json!({"name": ["b", "c"]}))
        .await; // 6

    let three = model(3)
        .history()
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(lives(&three), [(6, 1), (4, 1), (3, 1), (2, 1), (1, 1)]);
    let one = model(1)
        .history()
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(lives(&one), [(5, 2), (3, 1), (2, 1), (1, 1)]);
    let current = model(1).history().tables(log.tables.clone()).current_life();
    assert_eq!(lives(&current.all(&log.db).await.unwrap()), [(5, 2)]);
    let here = model(3)
        .history()
        .tables(log.tables.clone())
        .follow_keys(false);
    assert_eq!(lives(&here.all(&log.db).await.unwrap()), [(6, 1)]);
    // Neighbours cross the change of the key.
    assert_eq!(three[4].next(&log.db).await.unwrap().unwrap().id(), 2);
    assert_eq!(three[1].next(&log.db).await.unwrap().unwrap().id(), 6);
    assert_eq!(three[0].previous(&log.db).await.unwrap().unwrap().id(), 4);
}

#[tokio::test]
async fn a_row_untouched_since_its_key_changed_has_its_history() {
    let log = Log::new("key_quiet").await;
    log.product("2", "insert", json!({"id": 2})).await; // 1
    log.product("2", "delete", json!({"id": 2})).await; // 2
    log.product("1", "insert", json!({"id": 1})).await; // 3
    log.product("1", "update", json!({"id": [1, 2]})).await; // 4
    let two = history_of::<Entity>(2_i64).tables(log.tables.clone());
    assert_eq!(
        lives(&two.clone().all(&log.db).await.unwrap()),
        [(4, 2), (3, 2), (2, 1), (1, 1)]
    );
    assert_eq!(
        lives(&two.current_life().all(&log.db).await.unwrap()),
        [(4, 2), (3, 2)]
    );
}

#[tokio::test]
async fn a_key_used_again_is_a_new_life() {
    let log = Log::new("key_again").await;
    for name in ["a", "b"] {
        log.product("7", "insert", json!({"id": 7, "name": name}))
            .await;
        log.product("7", "delete", json!({"id": 7, "name": name}))
            .await;
    }
    let history = history_of::<Entity>(7_i64).tables(log.tables.clone());
    assert_eq!(
        lives(&history.clone().all(&log.db).await.unwrap()),
        [(4, 2), (3, 2), (2, 1), (1, 1)]
    );
    // The row is gone: the current life is the last it had.
    assert_eq!(
        lives(&history.current_life().all(&log.db).await.unwrap()),
        [(4, 2), (3, 2)]
    );
}

#[tokio::test]
async fn a_swap_of_keys_keeps_both_apart() {
    let log = Log::new("key_swap").await;
    log.product("1", "insert", json!({"id": 1, "name": "a"}))
        .await; // 1
    log.product("2", "insert", json!({"id": 2, "name": "b"}))
        .await; // 2
    log.product("1", "update", json!({"id": [1, 9]})).await; // 3
    log.product("2", "update", json!({"id": [2, 1]})).await; // 4
    log.product("9", "update", json!({"id": [9, 2]})).await; // 5
    let current = |id| {
        model(id)
            .history()
            .tables(log.tables.clone())
            .current_life()
    };
    assert_eq!(
        lives(&current(1).all(&log.db).await.unwrap()),
        [(4, 2), (2, 2)]
    );
    assert_eq!(
        lives(&current(2).all(&log.db).await.unwrap()),
        [(5, 2), (3, 2), (1, 2)]
    );
    // There and back again.
    log.product("1", "update", json!({"id": [1, 4]})).await; // 6
    log.product("4", "update", json!({"id": [4, 1]})).await; // 7
    assert_eq!(
        lives(&current(1).all(&log.db).await.unwrap()),
        [(7, 2), (6, 2), (4, 2), (2, 2)]
    );
}

#[tokio::test]
async fn keys_of_several_columns_are_followed_too() {
    let log = Log::new("key_comp").await;
    log.change(
        "seat",
        r#"["A",1]"#,
        "insert",
        json!({"hall": "A", "number": 1, "guest": null}),
    )
    .await;
    log.change("seat", r#"["A",1]"#, "update", json!({"number": [1, 2]}))
        .await;
    log.change(
        "seat",
        r#"["A",2]"#,
        "update",
        json!({"hall": ["A", "B"], "guest": [null, "Bo"]}),
    )
    .await;
    let history = history_of::<seat::Entity>(("B".to_owned(), 2))
        .tables(log.tables.clone())
        .all(&log.db)
        .await
        .unwrap();
    let ids: Vec<i64> = history.iter().map(|revision| revision.id()).collect();
    assert_eq!(ids, [3, 2, 1]);
    let seat = history[0].after(&log.db).await.unwrap().unwrap();
    assert_eq!(
        (seat.hall.as_str(), seat.number, seat.guest.as_deref()),
        ("B", 2, Some("Bo"))
    );
}

#[tokio::test]
async fn nothing_recorded_is_an_empty_history() {
    let log = Log::new("key_none").await;
    let history = model(7).history().tables(log.tables.clone());
    assert!(history.clone().all(&log.db).await.unwrap().is_empty());
    assert!(
        history
            .clone()
            .current_life()
            .all(&log.db)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(history.clone().one(&log.db).await.unwrap(), None);
    assert_eq!(history.count(&log.db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_key_changed_beyond_measure_is_an_error_that_says_what_to_do() {
    let log = Log::new("key_many").await;
    for id in 0..102 {
        log.product(&id.to_string(), "update", json!({"id": [id, id + 1]}))
            .await;
    }
    let history = model(102).history().tables(log.tables.clone());
    let error = history.clone().all(&log.db).await.unwrap_err();
    assert!(
        matches!(error, HistoryError::TooManyKeyChanges { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("`102`"), "{error}");
    history.follow_keys(false).all(&log.db).await.unwrap();
}
