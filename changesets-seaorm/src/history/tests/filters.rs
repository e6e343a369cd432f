//! The builder's filters.

use changesets_core::{Action, LogTables};
use serde_json::json;

use super::super::{HasHistory, History, Revision, feed};
use super::{
    log::{Log, time},
    product::{Column, Entity, model},
};

async fn log(name: &str) -> Log {
    let mut log = Log::new(name).await;
    log.product("7", "insert", json!({"id": 7, "name": "tea", "price": 3}))
        .await;
    log.changeset(2, "user:2", 60).await;
    log.product("7", "update", json!({"price": [3, 4]})).await;
    log.child_changeset(3, "user:1", 120, Some(2)).await;
    log.product("7", "update", json!({"name": ["tea", "chai"]}))
        .await;
    log.product("7", "delete", json!({"id": 7, "name": "chai"}))
        .await;
    log
}

async fn ids(
    log: &Log,
    refine: impl FnOnce(History<Revision<Entity>>) -> History<Revision<Entity>>,
) -> Vec<i64> {
    let history = refine(model(7).history().tables(log.tables.clone()));
    let revisions = history.all(&log.db).await.unwrap();
    revisions.iter().map(|revision| revision.id()).collect()
}

#[tokio::test]
async fn each_filter_narrows() {
    let log = log("filters").await;
    assert_eq!(ids(&log, |h| h).await, [4, 3, 2, 1]);
    assert_eq!(ids(&log, History::oldest_first).await, [1, 2, 3, 4]);
    assert_eq!(ids(&log, |h| h.limit(2)).await, [4, 3]);
    assert_eq!(ids(&log, |h| h.by_actor("user:1")).await, [4, 3, 1]);
    assert_eq!(ids(&log, |h| h.action(Action::Update)).await, [3, 2]);
    assert_eq!(ids(&log, |h| h.touching(Column::Price)).await, [2, 1]);
    assert_eq!(
        ids(&log, |h| h.touching(Column::Price).touching(Column::Name)).await,
        [1]
    );
    assert_eq!(ids(&log, |h| h.since(time(60))).await, [4, 3, 2]);
    assert_eq!(ids(&log, |h| h.until(time(60))).await, [1]);
    assert_eq!(ids(&log, |h| h.since(time(60)).until(time(120))).await, [2]);
}

#[tokio::test]
async fn a_changeset_alone_or_with_its_children() {
    let mut log = log("filter_set").await;
    let two = changesets_core::ChangesetId::from(sea_orm::prelude::Uuid::from_u128(2));
    assert_eq!(ids(&log, |h| h.by_changeset(two)).await, [2]);
    assert_eq!(
        ids(&log, |h| h.by_changeset_and_children(two)).await,
        [4, 3, 2]
    );
    let empty = log.changeset(9, "user:9", 200).await;
    assert!(ids(&log, |h| h.by_changeset(empty)).await.is_empty());
}

#[tokio::test]
async fn another_prefix_is_another_log() {
    let log = log("filter_pre").await;
    let other = Log::new("filter_oth").await;
    assert_eq!(
        feed()
            .tables(log.tables.clone())
            .touching("price")
            .count(&log.db)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        feed()
            .tables(other.tables.clone())
            .count(&other.db)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn a_log_that_is_not_there_is_an_error_of_the_database() {
    let log = Log::new("filter_none").await;
    let tables = LogTables::new().prefix("nowhere_").unwrap();
    let error = feed().tables(tables).all(&log.db).await.unwrap_err();
    assert!(error.to_string().contains("nowhere_change"), "{error}");
}
