//! What the database makes of a written row is what is recorded: by a trigger, also when it came while
//! the application ran, or by a generated column.

use changesets_seaorm::{CaptureError, Tracker};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, PaginatorTrait,
    QueryFilter, TransactionTrait,
    sea_query::{Expr, ExprTrait},
};

use crate::expected::{tag_deleted, tag_inserted};
use crate::shop::{self, product, tag};
use crate::tracked::{
    assert_replay, lines, shop_tables, shop_tracker, track, tracked_shop, tracked_shop_with,
};
use crate::{Backend, TestDb};

pub async fn a_new_trigger_of_another_connection_is_noticed(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("before").insert(&tracked).await?;
    for sql in names_in_capitals(db.backend()) {
        db.sql(&sql).await;
    }
    let red = shop::a_tag("red").insert(&tracked).await?;
    tag::Entity::insert_many([shop::a_tag("green"), shop::a_tag("blue")])
        .exec(&tracked)
        .await?;
    let mut rose = red.clone().into_active_model();
    rose.name = Set("rose".to_owned());
    rose.update(&tracked).await?;
    red.delete(&tracked).await?;
    let name = |name: &str| format!("\"name\":{name}");
    let recorded = lines(tracked.untracked()).await;
    let expected = [
        name("\"before\""),
        name("\"RED\""),
        name("\"GREEN\""),
        name("\"BLUE\""),
        name("[\"RED\",\"ROSE\"]"),
        name("\"ROSE\""),
    ];
    assert_eq!(recorded.len(), expected.len(), "{recorded:#?}");
    for (line, expected) in recorded.iter().zip(expected) {
        assert!(line.contains(&expected), "{line} has no {expected}");
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A trigger changes a column besides the assigned one, and came after the tracker had looked for triggers. In
/// one statement PostgreSQL can only fail then, which ends its transaction: the next one records all.
pub async fn what_a_new_trigger_changes_besides_is_not_missed(db: TestDb) -> Result<(), DbErr> {
    let alone = tracked_shop(&db).await;
    let together = track(&db, shop_tracker(), 1).await;
    let many = track(&db, shop_tracker(), 1).await;
    let id = shop::a_product("pot", 100).insert(&alone).await?.id;
    for tracked in [&alone, &together, &many] {
        reprice(tracked, id, 200).await?;
    }
    let logged = lines(alone.untracked()).await.len();
    for sql in restocked(db.backend()) {
        db.sql(&sql).await;
    }

    reprice(&alone, id, 700).await?;
    let mut transaction = together.begin().await?;
    let done = reprice(&transaction, id, 800).await;
    assert_eq!(done.is_err(), db.backend().is_postgres(), "{done:?}");
    if let Err(error) = done {
        let besides = matches!(
            CaptureError::of(&error),
            Some(CaptureError::ChangedBesides { table, .. }) if table == "product"
        );
        assert!(besides, "{error}");
        transaction.rollback().await?;
        transaction = together.begin().await?;
        reprice(&transaction, id, 800).await?;
    }
    transaction.commit().await?;
    many.execute_unprepared("UPDATE product SET price = 9 WHERE name = 'pot'")
        .await?;
    let recorded = lines(alone.untracked()).await;
    let expected = [
        r#"update product 1 {"price":["2.00","7.00"],"stock":[10,11]}"#,
        r#"update product 1 {"price":["7.00","8.00"],"stock":[11,12]}"#,
        r#"update product 1 {"price":["8.00","9.00"],"stock":[12,13]}"#,
    ];
    assert_eq!(recorded[logged..], expected);
    assert_replay(&alone, &shop_tables()).await;
    Ok(())
}

/// PostgreSQL: the rows of a table are also those of the tables that inherit from it, which have triggers of
/// their own.
pub async fn a_trigger_of_a_partition_is_known(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    db.sql("CREATE TABLE old_product () INHERITS (product)")
        .await;
    db.sql(
        "INSERT INTO old_product (id, name, price, stock, active) VALUES (7, 'pot', 1, 10, true)",
    )
    .await;
    for sql in restocked(db.backend()) {
        db.sql(&sql.replace("ON product", "ON old_product")).await;
    }
    let transaction = tracked.begin().await?;
    reprice(&transaction, 7, 200).await?;
    transaction.commit().await?;
    let recorded = lines(tracked.untracked()).await;
    assert_eq!(
        recorded,
        [r#"update product 7 {"price":["1.00","2.00"],"stock":[10,11]}"#]
    );
    Ok(())
}

/// PostgreSQL: a trigger writes elsewhere, and has the row stay as it is. The update is tried in one way and, where
/// that finds no row, in another: the trigger must not run for both, whether it was known of or not.
pub async fn a_trigger_that_keeps_a_row_as_it_is_runs_once(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let id = shop::a_product("pot", 100).insert(&tracked).await?.id;
    reprice(&tracked, id, 200).await?;
    let logged = lines(tracked.untracked()).await;
    for sql in [
        "CREATE TABLE noticed (product bigint)",
        "CREATE FUNCTION noticed() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN INSERT INTO noticed VALUES (OLD.id); RETURN NULL; END $$",
        "CREATE TRIGGER noticed BEFORE UPDATE ON product FOR EACH ROW EXECUTE FUNCTION noticed()",
    ] {
        db.sql(sql).await;
    }
    let another = track(&db, shop_tracker(), 1).await;
    for (n, tracked) in (1..).zip([&tracked, &tracked, &another]) {
        reprice(tracked, id, 300).await?;
        assert_eq!(db.count("noticed").await, n);
    }
    assert_eq!(lines(tracked.untracked()).await, logged);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// By a statement that assigns nothing else.
async fn reprice(db: &impl ConnectionTrait, id: i64, cents: i64) -> Result<(), DbErr> {
    let price = Expr::value(Decimal::new(cents, 2));
    let update = product::Entity::update_many().col_expr(product::Column::Price, price);
    update
        .filter(product::Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

/// A trigger gives an updated row another key: that is recorded, or refused and not done.
pub async fn a_key_that_a_trigger_moves_is_not_missed(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let names = ["red", "green", "blue"].map(shop::a_tag);
    tag::Entity::insert_many(names).exec(&tracked).await?;
    for sql in moved_keys(db.backend()) {
        db.sql(&sql).await;
    }
    let rename = || {
        let number = Expr::col(tag::Column::Id).cast_as("char(9)");
        tag::Entity::update_many().col_expr(tag::Column::Name, number)
    };
    for update in [rename(), rename().filter(tag::Column::Id.eq(1))] {
        let done = update.exec(&tracked).await;
        let moved = tag::Entity::find()
            .filter(tag::Column::Id.gt(100))
            .count(tracked.untracked())
            .await?;
        assert_eq!(done.is_ok(), moved > 0, "{done:?}");
        assert_replay(&tracked, &shop_tables()).await;
    }
    Ok(())
}

/// SQLite: a trigger that another connection has just made moves a row as soon as it is inserted.
pub async fn an_inserted_row_that_a_new_trigger_moves_is_not_missed(
    db: TestDb,
) -> Result<(), DbErr> {
    if !db.backend().is_sqlite() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    shop::a_tag("red").insert(&tracked).await?;
    db.sql(&moved_after("INSERT")).await;
    for in_transaction in [false, true] {
        let before = tag::Entity::find().count(tracked.untracked()).await?;
        let done = if in_transaction {
            let transaction = tracked.begin().await?;
            let done = insert_a_tag(&transaction, "green").await;
            transaction.commit().await?;
            done
        } else {
            insert_a_tag(&tracked, "blue").await
        };
        let after = tag::Entity::find().count(tracked.untracked()).await?;
        assert_eq!(done.is_ok(), after > before, "{done:?}");
        assert_replay(&tracked, &shop_tables()).await;
    }
    Ok(())
}

/// The same with the hook alone: an error, as the write has been made.
pub async fn a_row_that_a_trigger_moves_is_an_error_of_the_hook(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_sqlite() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    for event in ["INSERT", "UPDATE OF name"] {
        db.sql(&moved_after(event)).await;
    }
    let plain = db.plain().begin().await?;
    let inserted = shop::a_tag("green").insert(&plain).await.map(drop);
    plain.rollback().await?;
    let plain = db.plain().begin().await?;
    let mut renamed = red.into_active_model();
    renamed.name = Set("blue".to_owned());
    let updated = renamed.update(&plain).await.map(drop);
    plain.rollback().await?;
    for (done, kind) in [(inserted, "INSERT"), (updated, "UPDATE")] {
        let error = done.unwrap_err();
        let expected = matches!(
            CaptureError::of(&error),
            Some(CaptureError::Uncapturable { table, kind: of, .. }) if table == "tag" && of == kind
        );
        assert!(expected, "{error}");
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

async fn insert_a_tag(db: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    let insert = tag::Entity::insert(shop::a_tag(name));
    insert.exec_without_returning(db).await.map(drop)
}

/// SQLite: a trigger that only one connection has, and that no version of the schema tells of.
pub async fn a_trigger_of_the_connection_itself_is_noticed(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_sqlite() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let product = shop::a_product("pot", 100).insert(&tracked).await?;
    let restock = |to: i32| {
        let stock = Expr::value(to);
        product::Entity::update_many().col_expr(product::Column::Stock, stock)
    };
    restock(1).exec(&tracked).await?;
    let trigger = "CREATE TEMP TRIGGER own AFTER UPDATE OF stock ON product \
                   BEGIN UPDATE product SET active = NEW.stock % 2 = 1 WHERE id = NEW.id; END";
    tracked.untracked().execute_unprepared(trigger).await?;
    restock(2).exec(&tracked).await?;
    let mut product = product.into_active_model();
    product.stock = Set(3);
    product.update(&tracked).await?;
    let recorded = lines(tracked.untracked()).await.split_off(1);
    let expected = [
        r#"update product 1 {"stock":[10,1]}"#,
        r#"update product 1 {"active":[true,false],"stock":[1,2]}"#,
        r#"update product 1 {"active":[false,true],"stock":[2,3]}"#,
    ];
    assert_eq!(recorded, expected);

    // Several rows whose keys are given: in steps.
    shop::a_tag("a").insert(&tracked).await?;
    let trigger = "CREATE TEMP TRIGGER capitals AFTER INSERT ON tag \
                   BEGIN UPDATE tag SET name = upper(name) WHERE id = NEW.id; END";
    tracked.untracked().execute_unprepared(trigger).await?;
    let given = [(5, "b"), (7, "c")].map(|(id, name)| tag::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
    });
    tag::Entity::insert_many(given).exec(&tracked).await?;
    shop::a_tag("d").insert(&tracked).await?;
    let inserted = [(1, "a"), (5, "B"), (7, "C"), (8, "D")];
    let expected = inserted.map(|(id, name)| tag_inserted(id, name));
    assert_eq!(lines(tracked.untracked()).await.split_off(4), expected);

    // What it keeps is not gone.
    let trigger = "CREATE TEMP TRIGGER keeper BEFORE DELETE ON tag WHEN OLD.name = 'D' \
                   BEGIN SELECT RAISE(IGNORE); END";
    tracked.untracked().execute_unprepared(trigger).await?;
    for id in [8, 7] {
        tag::Entity::delete_by_id(id).exec(&tracked).await?;
    }
    let gone = lines(tracked.untracked()).await.split_off(8);
    assert_eq!(gone, [tag_deleted(7, "C")]);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

mod echo {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "echo")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub word: String,
        pub times: i64,
        /// Made of `word`.
        pub loud: String,
    }

    changesets_seaorm::track!(ActiveModel);
}

const ECHO: &str = "CREATE TABLE echo (id bigint PRIMARY KEY, word varchar(20), times bigint, \
     loud varchar(20) GENERATED ALWAYS AS (upper(word)) STORED)";

/// It is in no assignment, and changes all the same.
pub async fn a_generated_column_follows_in_the_log(db: TestDb) -> Result<(), DbErr> {
    let tracker = Tracker::builder().entity::<echo::Entity>();
    let tracked = tracked_shop_with(&db, tracker, 1).await;
    db.plain().execute_unprepared(ECHO).await?;
    for sql in [
        "INSERT INTO echo (id, word, times) VALUES (1, 'tea', 1), (2, 'pot', 1)",
        "UPDATE echo SET word = 'cup' WHERE id = 1",
        "UPDATE echo SET word = 'CUP', times = 2 WHERE id = 1",
        "UPDATE echo SET times = times + 1",
        "UPDATE echo SET word = 'jar' WHERE times = 2",
    ] {
        tracked.execute_unprepared(sql).await?;
    }
    let expected = [
        r#"insert echo 1 {"id":1,"loud":"TEA","times":1,"word":"tea"}"#,
        r#"insert echo 2 {"id":2,"loud":"POT","times":1,"word":"pot"}"#,
        r#"update echo 1 {"loud":["TEA","CUP"],"word":["tea","cup"]}"#,
        r#"update echo 1 {"times":[1,2],"word":["cup","CUP"]}"#,
        r#"update echo 1 {"times":[2,3]}"#,
        r#"update echo 2 {"times":[1,2]}"#,
        r#"update echo 2 {"loud":["POT","JAR"],"word":["pot","jar"]}"#,
    ];
    assert_eq!(lines(tracked.untracked()).await, expected);
    Ok(())
}

/// Triggers that count the keys of updated tags up.
fn moved_keys(backend: Backend) -> Vec<String> {
    if backend.is_postgres() {
        vec![
            "CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN NEW.id := NEW.id + 100; RETURN NEW; END $$"
                .to_owned(),
            "CREATE TRIGGER moved BEFORE UPDATE ON tag FOR EACH ROW EXECUTE FUNCTION moved()"
                .to_owned(),
        ]
    } else if backend.is_mysql() {
        vec![
            "CREATE TRIGGER moved BEFORE UPDATE ON tag FOR EACH ROW SET NEW.id = NEW.id + 100"
                .to_owned(),
        ]
    } else {
        vec![moved_after("UPDATE OF name")]
    }
}

/// SQLite: a trigger that gives a row another key.
fn moved_after(event: &str) -> String {
    format!(
        "CREATE TRIGGER \"moved after {event}\" AFTER {event} ON tag \
         BEGIN UPDATE tag SET id = NEW.id + 100 WHERE id = NEW.id; END"
    )
}

/// Triggers that count the stock of updated products up.
fn restocked(backend: Backend) -> Vec<String> {
    if backend.is_postgres() {
        vec![
            "CREATE FUNCTION restocked() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN NEW.stock := NEW.stock + 1; RETURN NEW; END $$"
                .to_owned(),
            "CREATE TRIGGER restocked BEFORE UPDATE ON product \
             FOR EACH ROW EXECUTE FUNCTION restocked()"
                .to_owned(),
        ]
    } else if backend.is_mysql() {
        vec![
            "CREATE TRIGGER restocked BEFORE UPDATE ON product \
             FOR EACH ROW SET NEW.stock = NEW.stock + 1"
                .to_owned(),
        ]
    } else {
        vec![
            "CREATE TRIGGER restocked AFTER UPDATE OF price ON product \
             BEGIN UPDATE product SET stock = stock + 1 WHERE id = NEW.id; END"
                .to_owned(),
        ]
    }
}

/// Triggers that write the names of tags in capitals: before the row is there, and on SQLite, which
/// has no such triggers, after it.
fn names_in_capitals(backend: Backend) -> Vec<String> {
    let events = ["INSERT", "UPDATE"];
    if backend.is_postgres() {
        vec![
            "CREATE FUNCTION capitals() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$"
                .to_owned(),
            "CREATE TRIGGER capitals BEFORE INSERT OR UPDATE ON tag \
             FOR EACH ROW EXECUTE FUNCTION capitals()"
                .to_owned(),
        ]
    } else if backend.is_mysql() {
        let trigger = |event| {
            format!(
                "CREATE TRIGGER capitals_{event} BEFORE {event} ON tag \
                 FOR EACH ROW SET NEW.name = UPPER(NEW.name)"
            )
        };
        events.map(trigger).to_vec()
    } else {
        let trigger = |event| {
            format!(
                "CREATE TRIGGER capitals_{event} AFTER {event} ON tag \
                 BEGIN UPDATE tag SET name = upper(name) WHERE id = NEW.id; END"
            )
        };
        events.map(trigger).to_vec()
    }
}
