//! What the issue asks to hold, each with its own test.

use std::time::Duration;

use changesets_seaorm::Changeset;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbBackend, DbErr,
    EntityTrait, IntoActiveModel, Statement, TransactionTrait,
};

use crate::shop::{self, product, tag};
use crate::tracked::{
    assert_replay, headers, lines, refs, shop_tables, shop_tracker, track, tracked_shop,
    tracked_shop_with,
};
use crate::{Backend, TestDb};

/// SQLite has one writer at a time, tracked or not: there the second transaction only reads.
pub async fn two_open_transactions_of_one_scope_do_not_wait(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 2).await;
    let writers = db.backend().concurrent_writers();
    let work = Changeset::new().actor("ann").scope(async {
        let first = tracked.begin().await?;
        shop::a_tag("first").insert(&first).await?;
        let second = tracked.begin().await?;
        if writers {
            shop::a_tag("second").insert(&second).await?;
        }
        second.commit().await?;
        first.commit().await
    });
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("nobody waits")?;
    let headers = headers(tracked.untracked()).await;
    assert_eq!(headers.len(), if writers { 2 } else { 1 });
    if let [first, second] = headers.as_slice() {
        assert_eq!(second.parent_id, Some(first.id));
        assert_eq!(second.actor.as_deref(), Some("ann"));
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_write_on_the_pool_does_not_wait_for_an_open_transaction(
    db: TestDb,
) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 2).await;
    let work = Changeset::new().scope(async {
        let open = tracked.begin().await?;
        shop::a_tag("inside").insert(&open).await?;
        shop::a_tag("outside").insert(&tracked).await?;
        open.rollback().await
    });
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("nobody waits")?;
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn one_connection_is_enough(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let work = Changeset::new().scope(async {
        let lamp = shop::a_product("lamp", 100).insert(&tracked).await?;
        let outer = tracked.begin().await?;
        let inner = outer.begin().await?;
        let mut lamp = lamp.into_active_model();
        lamp.stock = Set(1);
        lamp.update(&inner).await?;
        inner.rollback().await?;
        shop::a_tag("kept").insert(&outer).await?;
        outer.commit().await
    });
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("nobody waits")?;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_eq!(lines(tracked.untracked()).await.len(), 2);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// PostgreSQL's own log tells: nothing but the one statement reaches the server.
pub async fn a_tracked_update_is_one_statement(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    tracked_shop(&db).await;
    db.sql(
        "INSERT INTO product (name, price, stock, active) \
         SELECT 'p' || n, n, 1, true FROM generate_series(1, 10000) n",
    )
    .await;
    let mut log = db.log_statements().await;
    let tracked = track(&db, shop_tracker(), 1).await;
    let update = |n: u32| format!("UPDATE product SET stock = stock + {n} WHERE id = 7");
    tracked.execute_unprepared(&update(1)).await?;
    log.take();
    tracked.execute_unprepared(&update(2)).await?;
    let single = log.take();
    assert_eq!(single.len(), 1, "{single:#?}");
    let done = tracked
        .execute_unprepared("UPDATE product SET stock = stock + 1")
        .await?;
    let bulk = log.take();
    assert_eq!(done.rows_affected(), 10_000);
    assert_eq!(bulk.len(), 1, "{bulk:#?}");
    assert_eq!(lines(tracked.untracked()).await.len(), 10_002);
    Ok(())
}

/// MariaDB counts what it is told to execute: one compound statement, which also tells what is not as usual.
pub async fn a_tracked_write_of_one_row_is_one_call(db: TestDb) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    shop::a_tag("light").insert(&tracked).await?;
    let work = tracked.begin().await?;
    let insert = |into| format!("INSERT {into} setting (`key`, value) VALUES (x'01', 'on')");
    let update =
        |value, key| format!("UPDATE setting SET value = '{value}' WHERE `key` = x'{key}'");
    let delete = |key| format!("DELETE FROM setting WHERE `key` = x'{key}'");
    let writes = [
        ("INSERT INTO tag (name) VALUES ('heavy')".to_owned(), 1, 1),
        (insert("INTO"), 1, 1),
        (insert("IGNORE INTO"), 0, 0),
        (update("off", "01"), 1, 1),
        // The driver asks for the rows that were found, changed or not.
        (update("off", "01"), 1, 0),
        (update("off", "02"), 0, 0),
        (delete("02"), 0, 0),
        (delete("01"), 1, 1),
    ];
    assert_each_is_one_call(&work, writes).await?;
    work.commit().await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_tracked_write_of_many_rows_is_one_call(db: TestDb) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    for key in 1..=3 {
        let insert = format!("INSERT INTO setting (`key`, value) VALUES (x'0{key}', 'on')");
        tracked.execute_unprepared(&insert).await?;
    }
    let work = tracked.begin().await?;
    let writes = [
        ("INSERT INTO tag (name) VALUES ('a'), ('b')", 2, 2),
        ("UPDATE setting SET value = 'off' WHERE `key` < x'03'", 2, 2),
        // One of the three is not changed.
        ("UPDATE setting SET value = 'on' WHERE `key` >= x'01'", 3, 2),
        ("DELETE FROM setting WHERE `key` > x'03'", 0, 0),
        ("DELETE FROM setting WHERE `key` > x'01'", 2, 2),
    ];
    assert_each_is_one_call(&work, writes).await?;
    work.commit().await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// The rows are kept in memory as far as there is room, and elsewhere from there on.
pub async fn an_update_of_more_rows_than_memory_takes_is_one_call(db: TestDb) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let products = (0..1_000).map(|n| shop::a_product(&format!("pot {n}"), 100));
    product::Entity::insert_many(products)
        .exec(&tracked)
        .await?;
    tracked
        .execute_unprepared("SET SESSION max_heap_table_size = 16384")
        .await?;
    let work = tracked.begin().await?;
    let writes = [
        (
            "UPDATE product SET price = price + 1 WHERE id > 10",
            990,
            990,
        ),
        ("UPDATE product SET price = price + 1 WHERE id < 10", 9, 9),
        ("UPDATE product SET price = price + 1", 1_000, 1_000),
    ];
    assert_each_is_one_call(&work, writes).await?;
    work.commit().await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Columns that stay as they are are compared as a whole, and MariaDB puts no texts of two sets together.
pub async fn an_update_beside_texts_of_two_character_sets_is_one_call(
    db: TestDb,
) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    for (column, set) in [("name", "latin1"), ("supplier_secret", "latin2")] {
        let sql = format!("ALTER TABLE product MODIFY {column} varchar(255) CHARACTER SET {set}");
        tracked.execute_unprepared(&sql).await?;
    }
    let products = ["caf\u{e9}", "pot"].map(|name| shop::a_product(name, 100));
    product::Entity::insert_many(products)
        .exec(&tracked)
        .await?;
    let writes = [
        ("UPDATE product SET price = 2 WHERE id = 1", 1, 1),
        ("UPDATE product SET price = 2 WHERE price > 0", 2, 1),
        (
            "UPDATE product SET name = 'caf\u{e9}s' WHERE price = 2",
            2,
            2,
        ),
        (
            "UPDATE product SET description = name WHERE price = 2",
            2,
            2,
        ),
    ];
    assert_each_is_one_call(&tracked, writes).await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// What the database changes by itself is recorded with what the update assigns: as part of the one call
/// where the catalog knows of it, in steps where it does not yet.
pub async fn what_an_update_changes_besides_is_recorded(db: TestDb) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let plain = db.plain();
    plain
        .execute_unprepared(
            "ALTER TABLE product MODIFY created_at datetime(6) NULL \
             ON UPDATE CURRENT_TIMESTAMP(6)",
        )
        .await?;
    let product = shop::a_product("lamp", 100).insert(&tracked).await?;
    let raise = |price| {
        let sql = format!(
            "UPDATE product SET price = {price} WHERE id = {}",
            product.id
        );
        of(&sql)
    };
    assert_eq!(told(&tracked, raise(2)).await?, (1, 1, 1));
    assert_last_changed(&plain, ["price", "created_at"]).await;

    plain
        .execute_unprepared(
            "CREATE TRIGGER product_stock BEFORE UPDATE ON product \
             FOR EACH ROW SET NEW.stock = NEW.stock + 1",
        )
        .await?;
    let (rows, calls, changes) = told(&tracked, raise(3)).await?;
    assert_eq!((rows, changes), (1, 1));
    assert!(calls > 1, "the catalog is older than the trigger");
    assert_last_changed(&plain, ["price", "stock"]).await;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A long list of links goes in steps. Its plan is that of a single one, which does not have to.
pub async fn a_link_is_one_call_after_a_long_list_of_them(db: TestDb) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let product = shop::a_product("lamp", 100).insert(&tracked).await?;
    for tag in 0..200 {
        shop::a_tag(&tag.to_string()).insert(&tracked).await?;
    }
    let tags = tag::Entity::find().all(&tracked).await?;
    let (last, listed) = tags.split_last().expect("some tags");
    let link = |tags: &[tag::Model]| {
        let rows = vec!["(?, ?)"; tags.len()].join(", ");
        let sql = format!("INSERT INTO product_tag (product_id, tag_id) VALUES {rows}");
        let values = tags.iter().flat_map(|tag| [product.id, i64::from(tag.id)]);
        Statement::from_sql_and_values(DbBackend::MySql, sql, values.map(Into::into))
    };
    let list = link(listed);
    assert!(list.sql.len() > 1024, "a list that is read in full");
    let work = tracked.begin().await?;
    let (rows, calls, changes) = told(&work, list).await?;
    assert_eq!((rows, changes), (199, 199));
    assert!(calls > 1, "a list of links became one call");
    assert_eq!(
        told(&work, link(std::slice::from_ref(last))).await?,
        (1, 1, 1)
    );
    work.commit().await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Each is a text, the rows the database says it wrote, and the changes this leaves.
async fn assert_each_is_one_call(
    db: &impl ConnectionTrait,
    writes: impl IntoIterator<Item = (impl AsRef<str>, u64, i64)>,
) -> Result<(), DbErr> {
    for (sql, rows, changes) in writes {
        let sql = sql.as_ref();
        assert_eq!(told(db, of(sql)).await?, (rows, 1, changes), "{sql}");
    }
    Ok(())
}

async fn assert_last_changed(db: &DatabaseConnection, columns: [&str; 2]) {
    let logged = lines(db).await;
    let last = logged.last().expect("a change");
    for name in columns {
        assert!(last.contains(&format!("\"{name}\":[")), "{name}: {last}");
    }
}

fn of(sql: &str) -> Statement {
    Statement::from_string(DbBackend::MySql, sql)
}

/// Executes a statement: the rows that MariaDB says it wrote, the statements it was told, and the changes that
/// this left.
async fn told(db: &impl ConnectionTrait, statement: Statement) -> Result<(u64, i64, i64), DbErr> {
    let logged = number(db, CHANGES).await?;
    let before = number(db, EXECUTED).await?;
    let done = db.execute_raw(statement).await?;
    // The question itself is one.
    let calls = number(db, EXECUTED).await? - before - 1;
    Ok((
        done.rows_affected(),
        calls,
        number(db, CHANGES).await? - logged,
    ))
}

/// How many prepared statements the connection has executed.
const EXECUTED: &str = "SELECT CAST(VARIABLE_VALUE AS SIGNED) AS n \
     FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'";
const CHANGES: &str = "SELECT COUNT(*) AS n FROM `change`";

async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<i64, DbErr> {
    let row = db.query_one_raw(of(sql)).await?;
    row.expect("a number").try_get("", "n")
}

pub async fn the_hook_alone_records_in_a_plain_transaction(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let plain = db.plain();
    Changeset::new()
        .actor("ann")
        .scope(async {
            let work = plain.begin().await?;
            let tag = shop::a_tag("light").insert(&work).await?;
            let mut renamed = tag.clone().into_active_model();
            renamed.name = Set("bright".to_owned());
            renamed.update(&work).await?;
            shop::product::ActiveModel::builder()
                .set_name("lamp")
                .set_price(rust_decimal::Decimal::new(100, 2))
                .set_stock(1)
                .set_active(true)
                .set_description(None)
                .set_supplier_secret(None)
                .set_created_at(None)
                .set_updated_at(None)
                .add_tag(tag::ActiveModel::builder().set_name("new"))
                .save(&work)
                .await?;
            work.commit().await?;
            let undone = plain.begin().await?;
            shop::a_tag("gone").insert(&undone).await?;
            undone.rollback().await
        })
        .await?;
    assert_eq!(headers(&plain).await.len(), 1);
    assert_eq!(refs(&plain).await.len(), 2);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Eight tasks add to one row; every change starts where the one before it ended.
pub async fn changes_of_racing_writers_are_in_commit_order(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 8).await;
    let lamp = shop::a_product("lamp", 100).insert(&tracked).await?;
    let sql = format!(
        "UPDATE product SET stock = stock + 1 WHERE id = {}",
        lamp.id
    );
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (tracked, sql) = (tracked.clone(), sql.clone());
            tokio::spawn(async move {
                for _ in 0..15 {
                    tracked.execute_unprepared(&sql).await?;
                }
                Ok::<_, DbErr>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic")?;
    }
    // The replay refuses a change whose old value is not the state before it.
    assert_replay(&tracked, &shop_tables()).await;
    assert_eq!(lines(tracked.untracked()).await.len(), 121);
    Ok(())
}
