//! The harness and the sample schemas themselves.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, ModelTrait};
use sea_orm::{DbErr, TransactionTrait};

use crate::shop::{self, customer, mood, order, order_line, product, product_tag, setting};
use crate::tracked::tracked_shop;
use crate::{Backend, TestDb, types};

pub async fn the_shop_is_created_written_and_read(db: TestDb) -> Result<(), DbErr> {
    let plain = tracked_shop(&db).await;

    let product = shop::a_product("lamp", 1250).insert(&plain).await?;
    let tag = shop::a_tag("light").insert(&plain).await?;
    product_tag::ActiveModel {
        product_id: Set(product.id),
        tag_id: Set(tag.id),
    }
    .insert(&plain)
    .await?;
    let customer = shop::a_customer("Ann").insert(&plain).await?;
    let order = order::ActiveModel {
        customer_id: Set(customer.id),
        ..Default::default()
    }
    .insert(&plain)
    .await?;
    order_line::ActiveModel {
        order_id: Set(order.id),
        line_no: Set(1),
        product_id: Set(Some(product.id)),
        quantity: Set(2),
    }
    .insert(&plain)
    .await?;
    shop::a_category("root", None).insert(&plain).await?;
    shop::a_category("leaf", Some("root"))
        .insert(&plain)
        .await?;
    setting::ActiveModel {
        key: Set(vec![0, 0xff]),
        value: Set("v".to_owned()),
    }
    .insert(&plain)
    .await?;
    let mood = mood::ActiveModel {
        kind: Set(mood::Kind::SoSo),
        note: Set(None),
    };
    mood.insert(&plain).await?;

    for table in shop::TABLES {
        let rows = if table == "category" { 2 } else { 1 };
        assert_eq!(db.count(table).await, rows, "{table}");
    }
    let read = product::Entity::find_by_id(product.id).one(&plain).await?;
    assert_eq!(read.as_ref(), Some(&product));
    assert_eq!(product.price.to_string().trim_end_matches('0'), "12.5");
    let read = customer::Entity::find_by_id(customer.id)
        .one(&plain)
        .await?;
    assert_eq!(read.as_ref(), Some(&customer));
    let mood = mood::Entity::find_by_id(mood::Kind::SoSo)
        .one(&plain)
        .await?;
    assert_eq!(mood.expect("the mood").kind, mood::Kind::SoSo);

    // The foreign keys are real: the database cascades by itself.
    db.sql("DELETE FROM category WHERE code = 'root'").await;
    assert_eq!(db.count("category").await, 0);
    product.delete(&plain).await?;
    assert_eq!(db.count("product_tag").await, 0);
    let line = order_line::Entity::find().one(&plain).await?;
    assert_eq!(line.expect("the line").product_id, None);
    customer.delete(&plain).await?;
    assert_eq!(db.count("order_line").await, 0);
    Ok(())
}

/// Inserts a full row and one of NULLs, and reads both back as they were.
macro_rules! round_trip {
    ($db:expr, $types:path) => {{
        use $types as these;
        for row in [these::full(1), these::nulls(2)] {
            // Past the hook, which wants a transaction.
            let insert = these::Entity::insert(row.clone());
            let inserted = insert.exec_with_returning($db).await?;
            let read = these::Entity::find_by_id(inserted.id).one($db).await?;
            assert_eq!(read.as_ref(), Some(&inserted));
            if inserted.id == 1 {
                let expected = sea_orm::TryIntoModel::try_into_model(row)?;
                assert_eq!(inserted, expected);
            }
        }
    }};
}

pub async fn types_every_database_has_round_trip(db: TestDb) -> Result<(), DbErr> {
    let plain = db.plain();
    types::create_tables(&plain).await?;
    round_trip!(&plain, crate::types::common);
    Ok(())
}

pub async fn types_of_one_database_round_trip(db: TestDb) -> Result<(), DbErr> {
    let plain = db.plain();
    types::create_tables(&plain).await?;
    match db.backend() {
        Backend::Sqlite => round_trip!(&plain, crate::types::sqlite),
        Backend::Postgres => round_trip!(&plain, crate::types::postgres),
        Backend::MySql => round_trip!(&plain, crate::types::mysql),
    }
    Ok(())
}

pub async fn pools_have_the_size_they_are_asked_for(db: TestDb) -> Result<(), DbErr> {
    let pool = db
        .connect_with(|options| {
            options
                .max_connections(1)
                .acquire_timeout(std::time::Duration::from_millis(200));
        })
        .await;
    let transaction = pool.begin().await?;
    let second = pool.begin().await;
    assert!(
        matches!(second, Err(DbErr::ConnectionAcquire(_))),
        "a pool of one has no second connection: {second:?}"
    );
    // The database has: this is another pool.
    db.plain().execute_unprepared("SELECT 1").await?;
    transaction.rollback().await
}

pub async fn the_server_log_shows_what_ran(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    // A pool of one: a larger one might open another connection later, which would be logged.
    let connected_before = db.connect(1).await;
    let mut log = db.log_statements().await;
    let logged = db.connect(1).await;
    logged.execute_unprepared("SELECT 41 + 1").await?;
    connected_before
        .execute_unprepared("SELECT 'not logged'")
        .await?;
    let statements = log.take();
    assert_eq!(statements.last().map(String::as_str), Some("SELECT 41 + 1"));
    assert_eq!(log.take(), [""; 0]);
    Ok(())
}
