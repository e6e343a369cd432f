//! Which object a change belongs to, and in which order.

use changesets_seaorm::{Changeset, HasHistory, current};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait,
};

use crate::TestDb;
use crate::shop::{self, order_line, tag};
use crate::tracked::{assert_replay, headers, lines, shop_tables, tracked_shop};

/// Contract 5: an update that alters nothing leaves neither a change nor a header.
pub async fn an_update_that_alters_nothing_records_nothing(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let lamp = shop::a_product("lamp", 1250).insert(&tracked).await?;
    let before = headers(tracked.untracked()).await.len();
    Changeset::new()
        .scope(async {
            let mut same = lamp.clone().into_active_model();
            same.name = Set(lamp.name.clone());
            same.price = Set(lamp.price);
            same.update(&tracked).await?;
            // Not recorded, so that its change is none.
            tracked
                .execute_unprepared("UPDATE product SET updated_at = '2026-01-01 00:00:00'")
                .await?;
            tracked
                .execute_unprepared("UPDATE product SET stock = stock")
                .await?;
            tracked
                .execute_unprepared("DELETE FROM product WHERE id = 999")
                .await
        })
        .await?;
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    assert_eq!(headers(tracked.untracked()).await.len(), before);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Contract 6: a key used again is another life, and history can tell the lives apart.
pub async fn a_key_used_again_is_another_life(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let first = shop::a_category("a", None).insert(&tracked).await?;
    first.delete(&tracked).await?;
    let mut second = shop::a_category("a", None);
    second.name = Set("again".to_owned());
    let second = second.insert(&tracked).await?;
    let mut second = second.into_active_model();
    second.name = Set("and again".to_owned());
    let second = second.update(&tracked).await?;
    assert_eq!(
        lines(tracked.untracked()).await,
        [
            r#"insert category a {"code":"a","name":"category a","parent_code":null}"#,
            r#"delete category a {"code":"a","name":"category a","parent_code":null}"#,
            r#"insert category a {"code":"a","name":"again","parent_code":null}"#,
            r#"update category a {"name":["again","and again"]}"#,
        ]
    );
    let all = second.history().oldest_first().all(&tracked).await;
    let lives: Vec<_> = all
        .expect("the history")
        .iter()
        .map(|revision| revision.life())
        .collect();
    assert_eq!(lives, [Some(1), Some(1), Some(2), Some(2)]);
    let now = second.history().current_life().count(&tracked).await;
    assert_eq!(now.expect("a count"), 2);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Contract 3 and 15: each change under the changeset that was open where it was written.
pub async fn each_change_is_under_its_own_changeset(db: TestDb) -> Result<(), DbErr> {
    use changesets_seaorm::InCurrentChangeset;
    let tracked = tracked_shop(&db).await;
    let (outer, inner) = Changeset::new()
        .actor("ann")
        .scope(async {
            shop::a_tag("outer").insert(&tracked).await?;
            let there = tracked.clone();
            let work = async move { shop::a_tag("carried").insert(&there).await };
            tokio::spawn(work.in_current_changeset())
                .await
                .expect("a task")?;
            let there = tracked.clone();
            let work = async move { shop::a_tag("spawned").insert(&there).await };
            tokio::spawn(work).await.expect("a task")?;
            let inner = Changeset::new().actor("bob").scope(async {
                shop::a_tag("inner").insert(&tracked).await?;
                Ok::<_, DbErr>(current().expect("a scope").id())
            });
            let inner = inner.await?;
            Ok::<_, DbErr>((current().expect("a scope").id(), inner))
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    let of = |id: changesets_core::ChangesetId| {
        let found = headers.iter().find(|header| header.id == id.as_uuid());
        found.expect("a header")
    };
    let mut seen = Vec::new();
    for change in crate::tracked::changes(tracked.untracked()).await {
        let header = of(change.changeset);
        let name = change.diff.as_map()["name"].as_str().map(str::to_owned);
        let parent = header.parent_id == Some(outer.as_uuid());
        seen.push((name.expect("a name"), header.actor.clone(), parent));
        let place = [outer, inner].iter().position(|id| *id == change.changeset);
        seen.last_mut().expect("just pushed").0 += &format!(" {place:?}");
    }
    let expected = [
        ("outer Some(0)", Some("ann"), false),
        ("carried Some(0)", Some("ann"), false),
        // Not carried along: outside every scope.
        ("spawned None", None, false),
        ("inner Some(1)", Some("bob"), true),
    ]
    .map(|(name, actor, child)| (name.to_owned(), actor.map(str::to_owned), child));
    assert_eq!(seen, expected);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A cascade is recorded under the changeset, and right before the change, that caused it.
pub async fn a_cascade_is_in_the_changeset_of_its_delete(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let ann = shop::a_customer("ann").insert(&tracked).await?;
    let order = shop::order::ActiveModel {
        customer_id: Set(ann.id),
        note: Set(None),
        ..Default::default()
    };
    let order = order.insert(&tracked).await?;
    let line = order_line::ActiveModel {
        order_id: Set(order.id),
        line_no: Set(1),
        product_id: Set(None),
        quantity: Set(2),
    };
    line.insert(&tracked).await?;
    tag::Entity::insert(shop::a_tag("before"))
        .exec(&tracked)
        .await?;
    let (id, key) = (order.id, ann.id);
    let deleted = Changeset::new()
        .scope(async {
            ann.delete(&tracked).await?;
            Ok::<_, DbErr>(current().expect("a scope").id())
        })
        .await?;
    let changes = crate::tracked::changes(tracked.untracked()).await;
    assert!(
        changes[4..]
            .iter()
            .all(|change| change.changeset == deleted)
    );
    let mut taken = lines(tracked.untracked()).await.split_off(4);
    taken.sort();
    let mut expected = [
        format!(r#"delete customer {key} {{"id":"{key}","name":"ann"}}"#),
        format!(r#"delete order {id} {{"customer_id":"{key}","id":{id},"note":null}}"#),
        format!(
            r#"delete order_line [{id},1] {{"line_no":1,"order_id":{id},"product_id":null,"quantity":2}}"#
        ),
    ];
    expected.sort();
    assert_eq!(taken, expected);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
