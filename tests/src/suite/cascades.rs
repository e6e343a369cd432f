//! What the database does by itself, and keys that change.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, TransactionTrait,
    sea_query::{Expr, OnConflict},
};

use crate::TestDb;
use crate::shop::{self, category, customer, order, order_line, product, product_tag, tag};
use crate::tracked::{assert_replay, lines, refs, shop_tables, tracked_shop};

pub async fn deletes_reach_children_links_and_set_null(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for (code, parent) in [("a", None), ("b", Some("a")), ("c", Some("b"))] {
        shop::a_category(code, parent).insert(&tracked).await?;
    }
    let lamp = shop::a_product("lamp", 100).insert(&tracked).await?;
    let red = shop::a_tag("red").insert(&tracked).await?;
    let link = product_tag::ActiveModel {
        product_id: Set(lamp.id),
        tag_id: Set(red.id),
    };
    product_tag::Entity::insert(link)
        .exec_without_returning(&tracked)
        .await?;
    let ann = shop::a_customer("ann").insert(&tracked).await?;
    let order = order::ActiveModel {
        customer_id: Set(ann.id),
        note: Set(None),
        ..Default::default()
    };
    let order = order.insert(&tracked).await?;
    let line = order_line::ActiveModel {
        order_id: Set(order.id),
        line_no: Set(1),
        product_id: Set(Some(lamp.id)),
        quantity: Set(2),
    };
    line.insert(&tracked).await?;
    assert_eq!(
        refs(tracked.untracked()).await.len(),
        2,
        "both ends of the link"
    );

    category::Entity::delete_by_id("a").exec(&tracked).await?;
    assert_eq!(db.count("category").await, 0);
    product::Entity::delete_many()
        .filter(product::Column::Id.eq(lamp.id))
        .exec(&tracked)
        .await?;
    assert_replay(&tracked, &shop_tables()).await;
    assert_eq!(
        refs(tracked.untracked()).await.len(),
        4,
        "both ends of the unlink"
    );
    customer::Entity::delete_by_id(ann.id)
        .exec(&tracked)
        .await?;
    assert_eq!(db.count("order_line").await, 0);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn upserts_and_key_changes(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag::Entity::insert_many(["a", "b"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    // "a" stays as it is, "c" is new.
    tag::Entity::insert_many(["a", "c"].map(shop::a_tag))
        .on_conflict(
            OnConflict::column(tag::Column::Name)
                .update_column(tag::Column::Name)
                .to_owned(),
        )
        .exec_without_returning(&tracked)
        .await?;
    tag::Entity::insert_many(["a", "d"].map(shop::a_tag))
        .on_conflict_do_nothing_on([tag::Column::Name])
        .exec_without_returning(&tracked)
        .await?;
    assert_eq!(lines(tracked.untracked()).await.len(), 4);
    tag::Entity::update_many()
        .col_expr(tag::Column::Id, Expr::value(77))
        .filter(tag::Column::Name.eq("b"))
        .exec(&tracked)
        .await?;
    tracked
        .execute_unprepared("INSERT INTO category (code, name) SELECT name, name FROM tag")
        .await?;
    assert_eq!(db.count("category").await, 4);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// What a transaction did to the schema, and what was learned of it meanwhile, is forgotten with it.
pub async fn a_schema_change_rolled_back_is_forgotten(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().transactional_ddl() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let ann = shop::a_customer("ann").insert(&tracked).await?;
    let order = order::ActiveModel {
        customer_id: Set(ann.id),
        note: Set(None),
        ..Default::default()
    };
    order.insert(&tracked).await?;
    let undone = tracked.begin().await?;
    undone.execute_unprepared("DROP TABLE order_line").await?;
    undone.execute_unprepared("DROP TABLE \"order\"").await?;
    shop::a_tag("undone").insert(&undone).await?;
    undone.rollback().await?;
    customer::Entity::delete_by_id(ann.id)
        .exec(&tracked)
        .await?;
    assert_eq!(db.count("order").await, 0);
    assert_eq!(lines(tracked.untracked()).await.len(), 4);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
