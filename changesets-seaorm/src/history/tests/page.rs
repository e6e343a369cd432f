//! Pages, cursors, streams.

use futures_util::TryStreamExt as _;
use serde_json::json;

use super::super::{Entry, Feed, HasHistory, feed};
use super::{log::Log, product::model};

async fn log(name: &str) -> Log {
    let log = Log::new(name).await;
    for id in 1..=5 {
        log.product("1", "update", json!({"price": [id, id + 1]}))
            .await;
    }
    log
}

fn ids(entries: &[Entry]) -> Vec<i64> {
    entries.iter().map(Entry::id).collect()
}

#[tokio::test]
async fn pages() {
    let log = log("page").await;
    let history = || feed().tables(log.tables.clone());
    let mut pages = history().paginate(&log.db, 2);
    let totals = pages.num_items_and_pages().await.unwrap();
    assert_eq!((totals.number_of_items, totals.number_of_pages), (5, 3));
    assert_eq!(ids(&pages.fetch_page(1).await.unwrap()), [3, 2]);
    let mut seen = Vec::new();
    while let Some(page) = pages.fetch_and_next().await.unwrap() {
        seen.push(ids(&page));
    }
    assert_eq!(seen, [vec![5, 4], vec![3, 2], vec![1]]);

    let pages = model(1)
        .history()
        .tables(log.tables.clone())
        .oldest_first()
        .paginate(&log.db, 4);
    assert_eq!(pages.num_pages().await.unwrap(), 2);
    assert_eq!(pages.fetch_page(1).await.unwrap()[0].id(), 5);
}

#[tokio::test]
async fn cursors_follow_the_order_of_the_query() {
    let log = log("cursor").await;
    let newest = || feed().tables(log.tables.clone()).cursor();
    let oldest = || feed().tables(log.tables.clone()).oldest_first().cursor();
    assert_eq!(ids(&newest().first(2).all(&log.db).await.unwrap()), [5, 4]);
    assert_eq!(
        ids(&newest().after(4).first(2).all(&log.db).await.unwrap()),
        [3, 2]
    );
    assert_eq!(
        ids(&newest().before(3).last(1).all(&log.db).await.unwrap()),
        [4]
    );
    assert_eq!(ids(&newest().last(2).all(&log.db).await.unwrap()), [2, 1]);
    assert_eq!(ids(&oldest().after(3).all(&log.db).await.unwrap()), [4, 5]);
    assert_eq!(
        ids(&oldest().before(3).last(1).all(&log.db).await.unwrap()),
        [2]
    );
    assert_eq!(
        ids(&oldest().after(1).before(4).all(&log.db).await.unwrap()),
        [2, 3]
    );
}

#[tokio::test]
async fn streams_read_all_and_stop_at_the_limit() {
    let log = log("stream").await;
    let read = |history: Feed| {
        let history = history.tables(log.tables.clone());
        async {
            ids(&history
                .stream(&log.db)
                .try_collect::<Vec<_>>()
                .await
                .unwrap())
        }
    };
    assert_eq!(read(feed()).await, [5, 4, 3, 2, 1]);
    assert_eq!(read(feed().oldest_first()).await, [1, 2, 3, 4, 5]);
    assert_eq!(read(feed().limit(2)).await, [5, 4]);
    assert!(read(feed().limit(0)).await.is_empty());
}

#[tokio::test]
async fn a_stream_goes_on_over_many_batches() {
    let log = Log::new("stream_many").await;
    let diff = json!({"price": [1, 2]});
    for _ in 0..1201 {
        log.product("1", "update", diff.clone()).await;
    }
    let history = model(1).history().tables(log.tables.clone());
    let revisions: Vec<_> = history.stream(&log.db).try_collect().await.unwrap();
    assert_eq!(revisions.len(), 1201);
    assert!(revisions.windows(2).all(|pair| pair[0].id() > pair[1].id()));
}

#[test]
fn everything_read_is_send() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    fn futures(db: &sea_orm::DatabaseConnection) {
        drop(send(feed().all(db)));
        drop(send(feed().stream(db)));
        drop(send(model(1).history().all_with_states(db)));
        drop(send(super::super::LoadHistory::load_history(
            &[model(1)][..],
            db,
        )));
        drop(send(feed().paginate(db, 1)));
    }
    let _ = futures;
}
