//! Links seen from their ends.

use changesets_core::Action;
use serde_json::json;

use super::super::{HasHistory, LinkEvent, Revision, RevisionKind, feed, history_of};
use super::{
    log::Log,
    product::{Column, Entity, model},
};

async fn link(log: &Log, action: &str, product: i64, tag: i64) -> i64 {
    let diff = json!({"product_id": product, "tag_id": tag});
    let id = log
        .change(
            "product_tag",
            &json!([product, tag]).to_string(),
            action,
            diff,
        )
        .await;
    log.reference(id, "product", &product.to_string(), "product_id")
        .await;
    log.reference(id, "tag", &tag.to_string(), "tag_id").await;
    id
}

fn events(revision: &Revision<Entity>) -> Vec<(LinkEvent, &str, &str, &str)> {
    revision
        .links()
        .iter()
        .map(|link| {
            (
                link.event,
                link.entity.as_str(),
                link.key.as_str(),
                link.role.as_str(),
            )
        })
        .collect()
}

#[tokio::test]
async fn links_added_and_removed_are_revisions_of_the_object() {
    let log = Log::new("link_both").await;
    log.product("1", "insert", json!({"id": 1})).await; // 1
    link(&log, "insert", 1, 5).await; // 2
    link(&log, "delete", 1, 5).await; // 3
    link(&log, "insert", 2, 5).await; // 4
    let history = model(1).history().tables(log.tables.clone());
    let revisions = history.clone().all(&log.db).await.unwrap();
    let ids: Vec<i64> = revisions.iter().map(|revision| revision.id()).collect();
    assert_eq!(ids, [3, 2, 1]);
    assert_eq!(
        events(&revisions[0]),
        [(LinkEvent::Removed, "tag", "5", "tag_id")]
    );
    assert_eq!(
        events(&revisions[1]),
        [(LinkEvent::Added, "tag", "5", "tag_id")]
    );
    assert!(revisions[0].is_link() && revisions[0].changed().is_empty());
    assert_eq!(revisions[0].new::<i64>(Column::Id).unwrap(), None);
    assert!(matches!(revisions[0].kind(), RevisionKind::Link([_])));
    assert!(events(&revisions[2]).is_empty());

    assert_eq!(
        history.clone().only_links().count(&log.db).await.unwrap(),
        2
    );
    assert_eq!(
        history
            .clone()
            .without_links()
            .count(&log.db)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        history
            .clone()
            .action(Action::Delete)
            .count(&log.db)
            .await
            .unwrap(),
        0
    );
    assert_eq!(history.count(&log.db).await.unwrap(), 3);

    let feed = feed()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(feed.links().len(), 2);
}

#[tokio::test]
async fn a_link_that_is_bent_to_another_end() {
    let log = Log::new("link_bent").await;
    let id = log
        .change("product_tag", "9", "update", json!({"tag_id": [5, 6]}))
        .await;
    log.reference(id, "product", "1", "product_id").await;
    log.reference(id, "tag", "5", "tag_id").await;
    log.reference(id, "tag", "6", "tag_id").await;
    let from_product = model(1)
        .history()
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        events(&from_product),
        [
            (LinkEvent::Removed, "tag", "5", "tag_id"),
            (LinkEvent::Added, "tag", "6", "tag_id")
        ]
    );

    let id = log
        .change("product_tag", "9", "update", json!({"product_id": [1, 2]}))
        .await;
    log.reference(id, "product", "1", "product_id").await;
    log.reference(id, "product", "2", "product_id").await;
    log.reference(id, "tag", "6", "tag_id").await;
    let of = |id| {
        history_of::<Entity>(id)
            .tables(log.tables.clone())
            .one(&log.db)
    };
    let (left, joined): (_, Revision<Entity>) = (
        of(1_i64).await.unwrap().unwrap(),
        of(2_i64).await.unwrap().unwrap(),
    );
    assert_eq!(events(&left), [(LinkEvent::Removed, "tag", "6", "tag_id")]);
    assert_eq!(events(&joined), [(LinkEvent::Added, "tag", "6", "tag_id")]);

    let id = log
        .change("product_tag", "9", "update", json!({"weight": [1, 2]}))
        .await;
    log.reference(id, "product", "2", "product_id").await;
    log.reference(id, "tag", "6", "tag_id").await;
    let changed: Revision<Entity> = of(2_i64).await.unwrap().unwrap();
    assert_eq!(
        events(&changed),
        [(LinkEvent::Changed, "tag", "6", "tag_id")]
    );
}

#[tokio::test]
async fn a_link_of_a_table_to_itself_shows_the_other_row() {
    let log = Log::new("link_self").await;
    let id = log
        .change(
            "successor",
            "9",
            "insert",
            json!({"old_id": 1, "new_id": 2}),
        )
        .await;
    log.reference(id, "product", "1", "old_id").await;
    log.reference(id, "product", "2", "new_id").await;
    for (mine, other, role) in [(1, "2", "new_id"), (2, "1", "old_id")] {
        let revision = model(mine)
            .history()
            .tables(log.tables.clone())
            .one(&log.db)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            events(&revision),
            [(LinkEvent::Added, "product", other, role)]
        );
    }
}

#[tokio::test]
async fn links_a_delete_takes_with_it_belong_to_the_life_that_ended() {
    let log = Log::new("link_life").await;
    log.product("1", "insert", json!({"id": 1})).await; // 1
    link(&log, "insert", 1, 5).await; // 2
    log.product("1", "delete", json!({"id": 1})).await; // 3
    link(&log, "delete", 1, 5).await; // 4
    let history = history_of::<Entity>(1_i64).tables(log.tables.clone());
    let lives = |revisions: Vec<Revision<Entity>>| -> Vec<(i64, usize)> {
        revisions
            .iter()
            .map(|r| (r.id(), r.life().unwrap()))
            .collect()
    };
    let all = [(4, 1), (3, 1), (2, 1), (1, 1)];
    assert_eq!(lives(history.clone().all(&log.db).await.unwrap()), all);
    assert_eq!(
        lives(history.clone().current_life().all(&log.db).await.unwrap()),
        all
    );
    log.product("1", "insert", json!({"id": 1})).await; // 5
    link(&log, "insert", 1, 6).await; // 6
    let current = history.clone().current_life().all(&log.db).await.unwrap();
    assert_eq!(lives(current), [(6, 2), (5, 2)]);
    assert_eq!(lives(history.all(&log.db).await.unwrap())[2..], all);
}
