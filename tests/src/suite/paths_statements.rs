//! `Inserter`, `Deleter`, `REPLACE`, and statements of sea-query given to the connection itself: rows
//! 23 and 24 of the write paths.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, Deleter, EntityTrait, Inserter,
    sea_query::{Expr, ExprTrait, InsertStatement, Query},
};

use crate::TestDb;
use crate::expected::{
    assert_log, assert_not_supported, link, product, tag_deleted, tag_inserted, tag_renamed,
};
use crate::shop::{self, product_tag, tag};
use crate::tracked::{refs, tracked_shop};

async fn insert_tags<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(db)
        .await?;
    Ok(())
}

fn tag_statement(name: &str) -> InsertStatement {
    let mut insert = Query::insert();
    insert
        .into_table(tag::Entity)
        .columns([tag::Column::Name])
        .values_panic([name.into()]);
    insert
}

pub async fn inserter(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let new = |name: &str| Inserter::<tag::ActiveModel>::new(None, tag_statement(name));
    assert_eq!(new("red").exec_without_returning(&tracked).await?, 1);
    assert_eq!(new("blue").exec_with_returning(&tracked).await?.id, 2);
    let mut expected = vec![tag_inserted(1, "red"), tag_inserted(2, "blue")];
    let keys = new("green").exec_with_returning_keys(&tracked).await;
    if db.backend().returning() {
        assert_eq!(keys?, [3]);
        expected.push(tag_inserted(3, "green"));
    } else {
        assert_not_supported(keys);
        // Here `exec` needs no RETURNING of its own.
        assert_eq!(new("green").exec(&tracked).await?.last_insert_id, 3);
        expected.push(tag_inserted(3, "green"));
    }
    assert_log(&tracked, &expected).await;
    Ok(())
}

pub async fn deleter(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let delete = |id: i32| {
        let mut delete = Query::delete();
        delete
            .from_table(tag::Entity)
            .and_where(tag::Column::Id.eq(id));
        Deleter::new(delete)
    };
    assert_eq!(delete(1).exec(&tracked).await?.rows_affected, 1);
    assert_eq!(delete(1).exec(&tracked).await?.rows_affected, 0);
    let mut expected = vec![
        tag_inserted(1, "red"),
        tag_inserted(2, "blue"),
        tag_deleted(1, "red"),
    ];
    let gone = delete(2)
        .exec_with_returning::<tag::Entity, _>(&tracked)
        .await;
    if db.backend().returning() {
        assert_eq!(gone?[0].name, "blue");
        expected.push(tag_deleted(2, "blue"));
    } else {
        assert_not_supported(gone);
    }
    assert_log(&tracked, &expected).await;
    Ok(())
}

/// sea-query's `.replace()`: a delete of what is in the way, cascades included, and an insert.
pub async fn insert_statement_replace(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().replace() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    shop::a_product("lamp", 100).insert(&tracked).await?;
    let linked = product_tag::ActiveModel {
        product_id: Set(1),
        tag_id: Set(1),
    };
    linked.insert(&tracked).await?;
    let mut replace = Query::insert();
    replace
        .replace()
        .into_table(tag::Entity)
        .columns([tag::Column::Id, tag::Column::Name])
        .values_panic([1.into(), "blue".into()]);
    let done = tracked.execute(&replace).await?;
    // MySQL counts the two rows that were in the way.
    let rows = if db.backend().is_mysql() { 3 } else { 1 };
    assert_eq!(done.rows_affected(), rows);
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            product("insert", 1, "lamp", 10),
            link("insert", 1, 1),
            tag_deleted(1, "red"),
            tag_deleted(2, "blue"),
            link("delete", 1, 1),
            tag_inserted(1, "blue"),
        ],
    )
    .await;
    assert_eq!(
        refs(tracked.untracked()).await,
        [
            "4 product 1 product_id",
            "4 tag 1 tag_id",
            "7 product 1 product_id",
            "7 tag 1 tag_id",
        ]
    );
    Ok(())
}

pub async fn statements_given_to_execute(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let done = tracked.execute(&tag_statement("red")).await?;
    assert_eq!(done.rows_affected(), 1);
    if db.backend().is_mysql() {
        assert_eq!(done.last_insert_id(), 1);
    }
    let mut update = Query::update();
    update
        .table(tag::Entity)
        .value(tag::Column::Name, "pink")
        .and_where(Expr::col(tag::Column::Name).eq("red"));
    assert_eq!(tracked.execute(&update).await?.rows_affected(), 1);
    assert_eq!(tracked.execute(&update).await?.rows_affected(), 0);
    let mut delete = Query::delete();
    delete.from_table(tag::Entity);
    assert_eq!(tracked.execute(&delete).await?.rows_affected(), 1);
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_renamed(1, "red", "pink"),
            tag_deleted(1, "pink"),
        ],
    )
    .await;
    Ok(())
}

pub async fn statements_given_to_query_one_and_query_all(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().returning() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let mut insert = tag_statement("red");
    let row = tracked.query_one(insert.returning_all()).await?;
    let row = row.expect("the inserted row");
    assert_eq!(row.try_get::<i32>("", "id")?, 1);
    let mut update = Query::update();
    update
        .table(tag::Entity)
        .value(tag::Column::Name, "pink")
        .returning_col(tag::Column::Name);
    let rows = tracked.query_all(&update).await?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].try_get::<String>("", "name")?, "pink");
    let mut delete = Query::delete();
    delete.from_table(tag::Entity).returning_all();
    let row = tracked.query_one(&delete).await?;
    assert_eq!(row.expect("the row").try_get::<String>("", "name")?, "pink");
    assert!(tracked.query_all(&delete).await?.is_empty());
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_renamed(1, "red", "pink"),
            tag_deleted(1, "pink"),
        ],
    )
    .await;
    Ok(())
}
