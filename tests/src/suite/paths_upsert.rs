//! Inserts that may meet a row that is there: rows 13 and 14 of the write paths.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    DbErr, EntityTrait, TransactionTrait, TryInsert, TryInsertResult,
    sea_query::{Expr, OnConflict},
};

use crate::TestDb;
use crate::expected::{
    assert_log, assert_log_but_order, assert_not_supported, category as line, product,
    tag_inserted, tag_renamed,
};
use crate::shop::{self, product as shop_product, tag};
use crate::tracked::{assert_replay, names, shop_tables, tracked_shop};

fn tag_with(id: i32, name: &str) -> tag::ActiveModel {
    tag::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
    }
}

fn rename_on_conflict() -> OnConflict {
    OnConflict::column(tag::Column::Id)
        .update_column(tag::Column::Name)
        .to_owned()
}

/// What an upsert of (1, "pink") and (3, "green") into "red" and "blue" leaves.
fn one_changed_one_new() -> [String; 4] {
    [
        tag_inserted(1, "red"),
        tag_inserted(2, "blue"),
        tag_renamed(1, "red", "pink"),
        tag_inserted(3, "green"),
    ]
}

pub async fn upsert_many_exec(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    let done = tag::Entity::insert_many([tag_with(1, "pink"), tag_with(3, "green")])
        .on_conflict(rename_on_conflict())
        .exec(&tracked)
        .await?;
    if db.backend().returning() {
        assert_eq!(done.last_insert_id, Some(3));
    }
    assert_log_but_order(&tracked, 2, &one_changed_one_new()).await;
    Ok(())
}

pub async fn upsert_many_exec_without_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    let rows = tag::Entity::insert_many([tag_with(1, "pink"), tag_with(3, "green")])
        .on_conflict(rename_on_conflict())
        .exec_without_returning(&tracked)
        .await?;
    // MySQL counts a row that it updates as two.
    assert_eq!(rows, if db.backend().is_mysql() { 3 } else { 2 });
    assert_log_but_order(&tracked, 2, &one_changed_one_new()).await;
    Ok(())
}

pub async fn upsert_exec_with_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let upsert = |id, name| {
        tag::Entity::insert(tag_with(id, name))
            .on_conflict(rename_on_conflict())
            .exec_with_returning(&tracked)
    };
    for (id, name) in [(1, "red"), (2, "blue"), (1, "pink"), (3, "green")] {
        assert_eq!(upsert(id, name).await?.name, name);
    }
    // Nothing changes: nothing is recorded. SeaORM takes MySQL's id of 0 for a failure.
    let same = upsert(3, "green").await;
    match db.backend().returning() {
        true => assert_eq!(same?.id, 3),
        false => assert_eq!(same, Err(DbErr::RecordNotInserted)),
    }
    assert_log(&tracked, &one_changed_one_new()).await;
    Ok(())
}

pub async fn upsert_exec_with_returning_keys_and_many(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let upsert =
        |id, name| tag::Entity::insert_many([tag_with(id, name)]).on_conflict(rename_on_conflict());
    let keys = upsert(1, "red").exec_with_returning_keys(&tracked).await;
    let models = upsert(1, "pink").exec_with_returning(&tracked).await;
    if !db.backend().returning() {
        assert_not_supported(keys);
        assert_not_supported(models);
        assert_log(&tracked, &[""; 0]).await;
        return Ok(());
    }
    assert_eq!(keys?, [1]);
    assert_eq!(models?[0].name, "pink");
    assert_log(
        &tracked,
        &[tag_inserted(1, "red"), tag_renamed(1, "red", "pink")],
    )
    .await;
    Ok(())
}

/// An expression of the row that is there, on a table with many columns.
pub async fn upsert_with_an_expression(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let with_id = |id, name| shop_product::ActiveModel {
        id: Set(id),
        ..shop::a_product(name, 100)
    };
    with_id(1, "lamp").insert(&tracked).await?;
    let sum = Expr::cust("product.stock + 5");
    shop_product::Entity::insert_many([with_id(1, "other"), with_id(2, "chair")])
        .on_conflict(
            OnConflict::column(shop_product::Column::Id)
                .value(shop_product::Column::Stock, sum)
                .to_owned(),
        )
        .exec_without_returning(&tracked)
        .await?;
    assert_log_but_order(
        &tracked,
        1,
        &[
            product("insert", 1, "lamp", 10),
            r#"update product 1 {"stock":[10,15]}"#.to_owned(),
            product("insert", 2, "chair", 10),
        ],
    )
    .await;
    Ok(())
}

/// One ending of an insert that changes nothing, on the plain and then on the tracked connection:
/// both say the same, and this is what.
macro_rules! same {
    ($tracked:ident, $attempt:expr, $ending:ident) => {{
        let there = format!("{:?}", $attempt.$ending($tracked.untracked()).await);
        let here = format!("{:?}", $attempt.$ending(&$tracked).await);
        assert_eq!(here, there);
        here
    }};
}

pub async fn try_insert_exec_that_conflicts(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag_with(1, "red").insert(&tracked).await?;
    let pink = || tag::Entity::insert(tag_with(1, "pink")).on_conflict_do_nothing();
    assert_eq!(same!(tracked, pink(), exec), "Ok(Conflicted)");
    let red = || {
        tag::Entity::insert_many([tag_with(8, "red"), tag_with(9, "red")])
            .on_conflict_do_nothing_on([tag::Column::Name])
    };
    assert_eq!(same!(tracked, red(), exec), "Ok(Conflicted)");
    assert_log(&tracked, &[tag_inserted(1, "red")]).await;
    Ok(())
}

pub async fn try_insert_with_other_endings_that_conflicts(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag_with(1, "red").insert(&tracked).await?;
    let pink = || tag::Entity::insert(tag_with(1, "pink")).on_conflict_do_nothing();
    same!(tracked, pink(), exec_without_returning);
    same!(tracked, pink(), exec_with_returning_keys);
    same!(tracked, pink(), exec_with_returning_many);
    if db.backend().returning() {
        same!(tracked, pink(), exec_with_returning);
    }
    assert_log(&tracked, &[tag_inserted(1, "red")]).await;
    Ok(())
}

/// The key is the application's own, so SeaORM asks only how many rows there are.
pub async fn try_insert_that_conflicts_on_a_given_key(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_category("a", None).insert(&tracked).await?;
    let attempt = || TryInsert::one(shop::a_category("a", None)).on_conflict_do_nothing();
    same!(tracked, attempt(), exec);
    same!(tracked, attempt(), exec_without_returning);
    same!(tracked, attempt(), exec_with_returning);
    assert_log(&tracked, &[line("insert", "a", "category a", None)]).await;
    Ok(())
}

pub async fn try_insert_that_inserts_some(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag_with(1, "red").insert(&tracked).await?;
    let tags = [tag_with(7, "red"), tag_with(2, "blue")];
    let done = tag::Entity::insert_many(tags)
        .on_conflict_do_nothing_on([tag::Column::Name])
        .exec(&tracked)
        .await?;
    if db.backend().returning() {
        assert_eq!(done.last_insert_id()?, Some(2));
    }
    let done = TryInsert::many([tag_with(2, "pink"), tag_with(3, "green")])
        .on_conflict_do_nothing()
        .exec_without_returning(&tracked)
        .await?;
    assert!(matches!(done, TryInsertResult::Inserted(_)), "{done:?}");
    let none = tag::Entity::insert_many([""; 0].map(shop::a_tag)).try_insert();
    assert!(matches!(none.exec(&tracked).await?, TryInsertResult::Empty));
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            tag_inserted(3, "green"),
        ],
    )
    .await;
    Ok(())
}

/// A row between two others is passed over, which may or may not use up a number.
pub async fn insert_that_passes_over_a_row_in_the_middle(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("red").insert(&tracked).await?;
    let transaction = tracked.begin().await?;
    shop::a_tag("gray").insert(&transaction).await?;
    let some = ["blue", "red", "green"].map(shop::a_tag);
    TryInsert::many(some)
        .on_conflict_do_nothing_on([tag::Column::Name])
        .exec_without_returning(&transaction)
        .await?;
    TryInsert::one(shop::a_tag("red"))
        .on_conflict_do_nothing_on([tag::Column::Name])
        .exec_without_returning(&transaction)
        .await?;
    shop::a_tag("pink").insert(&transaction).await?;
    transaction.commit().await?;
    assert_eq!(
        names(tracked.untracked()).await,
        ["red", "gray", "blue", "green", "pink"]
    );
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
