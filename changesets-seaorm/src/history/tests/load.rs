//! Many histories at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;

use super::super::LoadHistory;
use super::{log::Log, product::model};

async fn log(name: &str) -> Log {
    let log = Log::new(name).await;
    for id in 1..=5 {
        let key = id.to_string();
        log.product(&key, "insert", json!({"id": id, "name": "a"}))
            .await;
        log.product(&key, "update", json!({"name": ["a", "b"]}))
            .await;
    }
    let link = log
        .change(
            "successor",
            "x",
            "insert",
            json!({"old_id": 1, "new_id": 2}),
        )
        .await; // 11
    log.reference(link, "product", "1", "old_id").await;
    log.reference(link, "product", "2", "new_id").await;
    log.product("5", "update", json!({"id": [5, 6]})).await; // 12
    log
}

#[tokio::test]
async fn each_model_gets_its_own_in_its_place() {
    let log = log("load_each").await;
    let models = [model(2), model(1), model(6), model(1), model(99)];
    let histories = models
        .load_history_with(&log.db, |history| history.tables(log.tables.clone()))
        .await
        .unwrap();
    let ids: Vec<Vec<i64>> = histories
        .iter()
        .map(|history| history.iter().map(|revision| revision.id()).collect())
        .collect();
    assert_eq!(
        ids,
        [
            vec![11, 4, 3],
            vec![11, 2, 1],
            vec![12, 10, 9],
            vec![11, 2, 1],
            vec![]
        ]
    );
    assert_eq!(histories[0][0].links()[0].key.as_str(), "1");
    assert_eq!(histories[1][0].links()[0].key.as_str(), "2");

    let limited = models
        .load_history_with(&log.db, |history| {
            history.tables(log.tables.clone()).oldest_first().limit(1)
        })
        .await
        .unwrap();
    let firsts: Vec<_> = limited
        .iter()
        .map(|history| history.first().map(|r| r.id()))
        .collect();
    assert_eq!(firsts, [Some(3), Some(1), Some(9), Some(1), None]);
}

#[tokio::test]
async fn the_number_of_queries_does_not_grow_with_the_models() {
    let mut log = log("load_count").await;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    log.db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    for models in [vec![model(1)], vec![model(1), model(2), model(3), model(4)]] {
        count.store(0, Ordering::SeqCst);
        let tables = log.tables.clone();
        let loaded = models.load_history_with(&log.db, |history| history.tables(tables));
        assert_eq!(loaded.await.unwrap().len(), models.len());
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }
}
