//! `Entity::insert` and `insert_many` in all their endings, and inserts that take their rows from a
//! query: rows 7 to 12 and 15 of the write paths.

use changesets_core::Change;
use changesets_seaorm::TrackedConnection;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    QueryTrait,
    prelude::Decimal,
    sea_query::{Expr, InsertStatement, Query},
};

use crate::expected::{assert_log, assert_not_supported, category as line, tag_inserted};
use crate::shop::{self, category, customer, order, product, tag};
use crate::tracked::{assert_replay, changes, shop_tables, tracked_shop};
use crate::{Backend, TestDb};

/// The tags 1 "red" and 2 "blue" came.
fn two_tags() -> [String; 2] {
    [tag_inserted(1, "red"), tag_inserted(2, "blue")]
}

pub async fn insert_exec(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = tag::Entity::insert(shop::a_tag("red"))
        .exec(&tracked)
        .await?;
    assert_eq!(red.last_insert_id, 1);
    let a = category::Entity::insert(shop::a_category("a", None))
        .exec(&tracked)
        .await?;
    assert_eq!(a.last_insert_id, "a");
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            line("insert", "a", "category a", None),
        ],
    )
    .await;
    Ok(())
}

pub async fn insert_exec_without_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for name in ["red", "blue"] {
        let rows = tag::Entity::insert(shop::a_tag(name))
            .exec_without_returning(&tracked)
            .await?;
        assert_eq!(rows, 1);
    }
    assert_log(&tracked, &two_tags()).await;
    Ok(())
}

pub async fn insert_exec_with_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    for (id, name) in [(1, "red"), (2, "blue")] {
        let tag = tag::Entity::insert(shop::a_tag(name))
            .exec_with_returning(&tracked)
            .await?;
        assert_eq!((tag.id, tag.name.as_str()), (id, name));
    }
    assert_log(&tracked, &two_tags()).await;
    Ok(())
}

pub async fn insert_exec_with_returning_keys(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let one = tag::Entity::insert(shop::a_tag("red"))
        .exec_with_returning_keys(&tracked)
        .await;
    let many = tag::Entity::insert_many(["blue", "green"].map(shop::a_tag))
        .exec_with_returning_keys(&tracked)
        .await;
    if !db.backend().returning() {
        assert_not_supported(one);
        assert_not_supported(many);
        assert_log(&tracked, &[""; 0]).await;
        return Ok(());
    }
    assert_eq!((one?, many?), (vec![1], vec![2, 3]));
    let [red, blue] = two_tags();
    assert_log(&tracked, &[red, blue, tag_inserted(3, "green")]).await;
    Ok(())
}

pub async fn insert_exec_with_returning_many(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let one = tag::Entity::insert(shop::a_tag("red"))
        .exec_with_returning_many(&tracked)
        .await;
    let many = tag::Entity::insert_many(["blue", "green"].map(shop::a_tag))
        .exec_with_returning(&tracked)
        .await;
    if !db.backend().returning() {
        assert_not_supported(one);
        assert_not_supported(many);
        assert_log(&tracked, &[""; 0]).await;
        return Ok(());
    }
    let model = |id, name: &str| tag::Model {
        id,
        name: name.to_owned(),
    };
    assert_eq!(one?, [model(1, "red")]);
    assert_eq!(many?, [model(2, "blue"), model(3, "green")]);
    let [red, blue] = two_tags();
    assert_log(&tracked, &[red, blue, tag_inserted(3, "green")]).await;
    Ok(())
}

pub async fn insert_many_exec(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let done = tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    // MySQL tells the first id of a statement, SeaORM elsewhere the last.
    let told = if db.backend().is_mysql() { 1 } else { 2 };
    assert_eq!(done.last_insert_id, Some(told));
    let none = tag::Entity::insert_many([""; 0].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    assert_eq!(none.last_insert_id, None);
    assert_log(&tracked, &two_tags()).await;
    Ok(())
}

pub async fn insert_many_exec_without_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let rows = tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec_without_returning(&tracked)
        .await?;
    assert_eq!(rows, 2);
    assert_log(&tracked, &two_tags()).await;
    Ok(())
}

/// A column that only some rows set: SeaORM writes NULL in the others.
pub async fn insert_many_with_ragged_not_set(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let a = category::ActiveModel {
        parent_code: NotSet,
        ..shop::a_category("a", None)
    };
    category::Entity::insert_many([a, shop::a_category("b", Some("a"))])
        .exec(&tracked)
        .await?;
    let ann = customer::ActiveModel {
        id: Set(uuid::Uuid::nil()),
        name: Set("ann".to_owned()),
    };
    ann.insert(&tracked).await?;
    let order = |note| order::ActiveModel {
        id: NotSet,
        customer_id: Set(uuid::Uuid::nil()),
        note,
    };
    order::Entity::insert_many([order(NotSet), order(Set(Some("now".to_owned())))])
        .exec(&tracked)
        .await?;
    let nil = "00000000-0000-0000-0000-000000000000";
    assert_log(
        &tracked,
        &[
            line("insert", "a", "category a", None),
            line("insert", "b", "category b", Some("a")),
            format!(r#"insert customer {nil} {{"id":"{nil}","name":"ann"}}"#),
            format!(r#"insert order 1 {{"customer_id":"{nil}","id":1,"note":null}}"#),
            format!(r#"insert order 2 {{"customer_id":"{nil}","id":2,"note":"now"}}"#),
        ],
    )
    .await;
    Ok(())
}

/// One price among many has a digit more than its column: SQLite keeps it, the others round it.
pub async fn insert_many_with_an_odd_value(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let mut products: Vec<_> = (0..100).map(|n| shop::a_product("pot", 25 * n)).collect();
    products[50].price = Set(Decimal::new(19_125, 3));
    product::Entity::insert_many(products)
        .exec(&tracked)
        .await?;
    assert_odd_price(&tracked, db.backend(), 50).await;
    Ok(())
}

/// One row among many is spelled otherwise: what is sent for it is not what it holds.
pub async fn insert_of_a_list_with_an_odd_row(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let columns = [
        product::Column::Name,
        product::Column::Stock,
        product::Column::Active,
        product::Column::Price,
    ];
    let mut insert = Query::insert();
    insert.into_table(product::Entity).columns(columns);
    for n in 0..100 {
        let price = match n {
            99 => Expr::val(Decimal::new(19, 0)).add(Expr::cust("0.125")),
            _ => Expr::val(Decimal::new(25 * n, 2)),
        };
        insert.values_panic(["pot".into(), 10.into(), true.into(), price]);
    }
    tracked.execute(&insert).await?;
    assert_odd_price(&tracked, db.backend(), 99).await;
    Ok(())
}

/// Prices are quarters, which SeaORM's conversion reads back exactly.
///
/// That of the row `odd` is logged as the database keeps it, those of all others as they were sent.
async fn assert_odd_price(tracked: &TrackedConnection, backend: Backend, odd: usize) {
    let changes = changes(tracked.untracked()).await;
    let price = |change: &Change| change.diff.as_map()["price"].clone();
    let prices: Vec<_> = changes.iter().map(price).collect();
    let kept = match backend {
        Backend::Sqlite => "19.125",
        _ => "19.13",
    };
    assert_eq!(prices.len(), 100);
    for (n, price) in prices.iter().enumerate() {
        let sent = format!("{}.{:02}", n / 4, 25 * (n % 4));
        let expected = if n == odd { kept } else { &sent };
        assert_eq!(*price, expected, "{n}");
    }
    assert_replay(tracked, &shop_tables()).await;
}

/// `INSERT INTO category (code, name) SELECT name, name FROM tag WHERE id = ..`
fn category_from_tag(id: i32) -> InsertStatement {
    let select = tag::Entity::find()
        .select_only()
        .column(tag::Column::Name)
        .column_as(tag::Column::Name, "again")
        .filter(tag::Column::Id.eq(id))
        .into_query();
    let mut insert = Query::insert();
    insert
        .into_table(category::Entity)
        .columns([category::Column::Code, category::Column::Name])
        .select_from(select)
        .expect("two columns each");
    insert
}

pub async fn insert_from_select_through_entity_insert(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    for id in [1, 2] {
        let mut insert = category::Entity::insert(shop::a_category("replaced below", None));
        *QueryTrait::query(&mut insert) = category_from_tag(id);
        if id == 1 {
            assert_eq!(insert.exec_without_returning(&tracked).await?, 1);
        } else if db.backend().returning() {
            let found = insert.exec_with_returning(&tracked).await?;
            assert_eq!(found.code, "blue");
        } else {
            insert.exec_without_returning(&tracked).await?;
        }
    }
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            line("insert", "red", "red", None),
            line("insert", "blue", "blue", None),
        ],
    )
    .await;
    Ok(())
}

pub async fn insert_from_select_as_a_statement(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    let done = tracked.execute(&category_from_tag(2)).await?;
    assert_eq!(done.rows_affected(), 1);
    let none = tracked.execute(&category_from_tag(7)).await?;
    assert_eq!(none.rows_affected(), 0);
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            line("insert", "blue", "blue", None),
        ],
    )
    .await;
    Ok(())
}
