//! `Entity::update` and `Entity::delete` in all their endings: rows 16 to 22 of the write paths.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, TransactionTrait,
    sea_query::Expr,
};

use crate::TestDb;
use crate::expected::{
    assert_log, assert_log_but_order, assert_not_supported, category as category_line,
    product as line, tag_deleted, tag_inserted, tag_renamed,
};
use crate::shop::{self, category, product, tag};
use crate::tracked::tracked_shop;

async fn insert_tags<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    tag::Entity::insert_many(["red", "blue", "green"].map(shop::a_tag))
        .exec(db)
        .await?;
    Ok(())
}

/// The lines of [`insert_tags`], and these.
fn after_tags(more: &[String]) -> Vec<String> {
    let mut lines = vec![
        tag_inserted(1, "red"),
        tag_inserted(2, "blue"),
        tag_inserted(3, "green"),
    ];
    lines.extend_from_slice(more);
    lines
}

fn named(id: i32, name: &str) -> tag::ActiveModel {
    tag::ActiveModel {
        id: Unchanged(id),
        name: Set(name.to_owned()),
    }
}

pub async fn update_exec(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let pink = tag::Entity::update(named(1, "pink")).exec(&tracked).await?;
    assert_eq!((pink.id, pink.name.as_str()), (1, "pink"));
    let error = tag::Entity::update(named(7, "none")).exec(&tracked).await;
    assert!(matches!(error, Err(DbErr::RecordNotUpdated)), "{error:?}");
    assert_log(&tracked, &after_tags(&[tag_renamed(1, "red", "pink")])).await;
    Ok(())
}

pub async fn update_exec_without_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let update = |id| tag::Entity::update(named(id, "pink")).exec_without_returning(&tracked);
    assert_eq!(update(1).await?.rows_affected, 1);
    let missing = update(7).await;
    let filtered = tag::Entity::update(named(2, "none"))
        .validate()?
        .filter(tag::Column::Name.eq("red"))
        .exec_without_returning(&tracked)
        .await;
    for error in [missing, filtered] {
        assert!(matches!(error, Err(DbErr::RecordNotUpdated)), "{error:?}");
    }
    assert_log(&tracked, &after_tags(&[tag_renamed(1, "red", "pink")])).await;
    Ok(())
}

pub async fn update_many_exec(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    product::Entity::insert_many(["a", "b", "c"].map(|name| shop::a_product(name, 100)))
        .exec(&tracked)
        .await?;
    let stock = product::Column::Stock;
    let done = product::Entity::update_many()
        .col_expr(stock, Expr::cust("stock + 1"))
        .filter(product::Column::Name.ne("b"))
        .exec(&tracked)
        .await?;
    assert_eq!(done.rows_affected, 2);
    // Two rows match, one changes.
    let set = product::ActiveModel {
        stock: Set(10),
        ..Default::default()
    };
    let done = product::Entity::update_many()
        .set(set)
        .filter(product::Column::Id.is_in([2, 3]))
        .exec(&tracked)
        .await?;
    assert_eq!(done.rows_affected, 2);
    assert_log(
        &tracked,
        &[
            line("insert", 1, "a", 10),
            line("insert", 2, "b", 10),
            line("insert", 3, "c", 10),
            r#"update product 1 {"stock":[10,11]}"#.to_owned(),
            r#"update product 3 {"stock":[10,11]}"#.to_owned(),
            r#"update product 3 {"stock":[11,10]}"#.to_owned(),
        ],
    )
    .await;
    Ok(())
}

pub async fn update_many_exec_with_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let updated = tag::Entity::update_many()
        .col_expr(tag::Column::Name, Expr::cust("name || '!'"))
        .filter(tag::Column::Id.gt(1))
        .exec_with_returning(&tracked)
        .await;
    if !db.backend().returning() {
        assert_not_supported(updated);
        assert_log(&tracked, &after_tags(&[])).await;
        return Ok(());
    }
    let names: Vec<_> = updated?.into_iter().map(|tag| tag.name).collect();
    assert_eq!(names, ["blue!", "green!"]);
    assert_log(
        &tracked,
        &after_tags(&[
            tag_renamed(2, "blue", "blue!"),
            tag_renamed(3, "green", "green!"),
        ]),
    )
    .await;
    Ok(())
}

pub async fn delete_exec_by_model_by_id_and_by_unique_column(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let done = tag::Entity::delete(named(1, "red")).exec(&tracked).await?;
    assert_eq!(done.rows_affected, 1);
    let by_id = |id| tag::Entity::delete_by_id(id).exec(&tracked);
    assert_eq!(by_id(2).await?.rows_affected, 1);
    assert_eq!(by_id(2).await?.rows_affected, 0);
    let done = tag::Entity::delete_by_name("green").exec(&tracked).await?;
    assert_eq!(done.rows_affected, 1);
    assert_log(
        &tracked,
        &after_tags(&[
            tag_deleted(1, "red"),
            tag_deleted(2, "blue"),
            tag_deleted(3, "green"),
        ]),
    )
    .await;
    Ok(())
}

pub async fn delete_exec_with_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let by_model = tag::Entity::delete(named(1, "red"))
        .exec_with_returning(&tracked)
        .await;
    let by_id = tag::Entity::delete_by_id(2)
        .exec_with_returning(&tracked)
        .await;
    let none = tag::Entity::delete_by_id(7)
        .exec_with_returning(&tracked)
        .await;
    if !db.backend().returning() {
        for refused in [by_model, by_id, none] {
            assert_not_supported(refused);
        }
        assert_log(&tracked, &after_tags(&[])).await;
        return Ok(());
    }
    let name = |gone: Option<tag::Model>| gone.map(|tag| tag.name);
    assert_eq!(name(by_model?).as_deref(), Some("red"));
    assert_eq!(name(by_id?).as_deref(), Some("blue"));
    assert_eq!(none?, None);
    assert_log(
        &tracked,
        &after_tags(&[tag_deleted(1, "red"), tag_deleted(2, "blue")]),
    )
    .await;
    Ok(())
}

pub async fn delete_many_exec(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let done = tag::Entity::delete_many()
        .filter(tag::Column::Name.ne("blue"))
        .exec(&tracked)
        .await?;
    assert_eq!(done.rows_affected, 2);
    assert_log_but_order(
        &tracked,
        3,
        &after_tags(&[tag_deleted(1, "red"), tag_deleted(3, "green")]),
    )
    .await;
    Ok(())
}

pub async fn delete_many_exec_with_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let gone = tag::Entity::delete_many()
        .filter(tag::Column::Name.ne("blue"))
        .exec_with_returning(&tracked)
        .await;
    if !db.backend().returning() {
        assert_not_supported(gone);
        assert_log(&tracked, &after_tags(&[])).await;
        return Ok(());
    }
    let ids: Vec<_> = gone?.into_iter().map(|tag| tag.id).collect();
    assert_eq!(ids, [1, 3]);
    assert_log(
        &tracked,
        &after_tags(&[tag_deleted(1, "red"), tag_deleted(3, "green")]),
    )
    .await;
    Ok(())
}

/// An index that is unique only for some rows does not make a condition pick one row.
pub async fn update_and_delete_by_a_column_that_is_unique_in_part(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    if !db.backend().is_mysql() {
        db.sql("CREATE UNIQUE INDEX one_root ON category (name) WHERE parent_code IS NULL")
            .await;
    }
    for (code, parent) in [("a", None), ("b", Some("a")), ("c", Some("a"))] {
        let mut one = shop::a_category(code, parent);
        one.name = Set("x".to_owned());
        one.insert(&tracked).await?;
    }
    let transaction = tracked.begin().await?;
    let by_name = |name: &str| category::Column::Name.eq(name);
    let done = category::Entity::update_many()
        .col_expr(category::Column::Name, Expr::val("y"))
        .filter(by_name("x"))
        .filter(category::Column::ParentCode.eq("a"))
        .exec(&transaction)
        .await?;
    assert_eq!(done.rows_affected, 2);
    let gone = category::Entity::delete_many().filter(by_name("y"));
    assert_eq!(gone.exec(&transaction).await?.rows_affected, 2);
    transaction.commit().await?;
    assert_log_but_order(
        &tracked,
        3,
        &[
            category_line("insert", "a", "x", None),
            category_line("insert", "b", "x", Some("a")),
            category_line("insert", "c", "x", Some("a")),
            r#"update category b {"name":["x","y"]}"#.to_owned(),
            r#"update category c {"name":["x","y"]}"#.to_owned(),
            category_line("delete", "b", "y", Some("a")),
            category_line("delete", "c", "y", Some("a")),
        ],
    )
    .await;
    Ok(())
}
