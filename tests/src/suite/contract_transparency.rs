//! A tracked connection answers as a plain one does.

use std::fmt::Debug;

use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, Statement, TransactionSession, TransactionTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::shop::unhooked::{product, tag};
use crate::shop::{self, category, product_tag};
use crate::tracked::{assert_replay, shop_tables, tracked_shop};
use crate::{Backend, TestDb};

/// The same program, on a tracked and on a plain connection: the same answers, the same errors, the
/// same rows.
pub async fn results_and_errors_are_those_of_a_plain_connection(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let other = TestDb::new(db.backend(), "contract_transparency_plain").await;
    let plain = other.plain();
    shop::create_tables(&plain).await?;
    let nameless = |seen: Vec<String>, db: &TestDb| {
        seen.into_iter()
            .map(|seen| seen.replace(db.name(), "the database"))
            .collect::<Vec<_>>()
    };
    let expected = nameless(program(&plain, db.backend()).await, &other);
    let ours = nameless(program(&tracked, db.backend()).await, &db);
    for (ours, plain) in ours.iter().zip(&expected) {
        assert_eq!(ours, plain);
    }
    assert_eq!(ours.len(), expected.len());
    // The program met what it is meant to meet.
    let failed: Vec<_> = expected
        .iter()
        .filter(|seen| seen.contains(": Err("))
        .filter_map(|seen| seen.split(':').next())
        .collect();
    let mut expected = vec![
        "a duplicate",
        "a duplicate model",
        "a broken link",
        "update to duplicates",
        "a missing row",
        "a missing model",
        "no key",
        "nonsense",
    ];
    if db.backend().is_mysql() {
        // SeaORM: nothing was inserted.
        expected.insert(3, "upsert, there");
    }
    assert_eq!(failed, expected);
    assert_replay(&tracked, &shop_tables()).await;
    other.remove().await;
    Ok(())
}

fn a_tag(name: &str) -> tag::ActiveModel {
    tag::ActiveModel {
        name: Set(name.to_owned()),
        ..Default::default()
    }
}

fn a_product(name: &str, cents: i64) -> product::ActiveModel {
    product::ActiveModel {
        name: Set(name.to_owned()),
        description: Set(None),
        price: Set(Decimal::new(cents, 2)),
        stock: Set(10),
        active: Set(true),
        supplier_secret: Set(Some("secret".to_owned())),
        ..Default::default()
    }
}

/// What a program saw, step by step.
#[derive(Default)]
struct Seen(Vec<String>);

impl Seen {
    fn add<T: Debug>(&mut self, step: &str, result: Result<T, DbErr>) {
        // The message too: it is what a user reads.
        let message = result.as_ref().err().map(ToString::to_string);
        self.0.push(format!("{step}: {result:?} {message:?}"));
    }
}

async fn program<C: ConnectionTrait + TransactionTrait>(db: &C, backend: Backend) -> Vec<String> {
    let mut seen = Seen::default();
    inserts(db, backend, &mut seen).await;
    conflicts(db, backend, &mut seen).await;
    updates(db, backend, &mut seen).await;
    deletes(db, backend, &mut seen).await;
    raw(db, backend, &mut seen).await;
    transactions(db, &mut seen).await;
    let tags = tag::Entity::find().order_by_asc(tag::Column::Name).all(db);
    let names = |tags: Vec<tag::Model>| tags.into_iter().map(|tag| tag.name).collect::<Vec<_>>();
    seen.add("the tags", tags.await.map(names));
    let products = product::Entity::find().order_by_asc(product::Column::Id);
    seen.add("the products", products.all(db).await);
    seen.0
}

async fn inserts<C: ConnectionTrait>(db: &C, backend: Backend, seen: &mut Seen) {
    let one = tag::Entity::insert(a_tag("a")).exec(db).await;
    seen.add("exec", one.map(|done| done.last_insert_id));
    let many = tag::Entity::insert_many(["b", "c", "d"].map(a_tag));
    seen.add("many", many.exec(db).await.map(|done| done.last_insert_id));
    let again = tag::Entity::insert(a_tag("a")).exec(db).await;
    seen.add("a duplicate", again.map(|done| done.last_insert_id));
    seen.add("a duplicate model", a_tag("a").insert(db).await);
    let lamp = a_product("lamp", 1250);
    seen.add("a model", lamp.insert(db).await);
    let mut ragged = [a_product("x", 100), a_product("y", 200)];
    ragged[1].description = NotSet;
    ragged[1].supplier_secret = NotSet;
    let count = product::Entity::insert_many(ragged).exec_without_returning(db);
    seen.add("without returning", count.await);
    let link = product_tag::ActiveModel {
        product_id: Set(1),
        tag_id: Set(99),
    };
    let link = product_tag::Entity::insert(link);
    seen.add("a broken link", link.exec_without_returning(db).await);
    if backend.returning() {
        let tag = tag::Entity::insert(a_tag("r"));
        seen.add("with returning", tag.exec_with_returning(db).await);
        let tags = tag::Entity::insert_many(["s", "t"].map(a_tag));
        seen.add("keys", tags.exec_with_returning_keys(db).await);
    }
    let none: [tag::ActiveModel; 0] = [];
    let none = tag::Entity::insert_many(none).exec(db).await;
    seen.add("no rows", none.map(|done| done.last_insert_id));
}

async fn conflicts<C: ConnectionTrait>(db: &C, backend: Backend, seen: &mut Seen) {
    let ignore = OnConflict::column(tag::Column::Name)
        .do_nothing_on([tag::Column::Id])
        .to_owned();
    let insert = tag::Entity::insert(a_tag("a")).on_conflict(ignore);
    seen.add("ignored", insert.exec_without_returning(db).await);
    let taken = tag::Entity::insert(a_tag("a"))
        .on_conflict_do_nothing_on([tag::Column::Name])
        .exec(db)
        .await;
    seen.add("try insert", taken.map(|done| format!("{done:?}")));
    let update = || {
        OnConflict::column(tag::Column::Name)
            .update_column(tag::Column::Name)
            .to_owned()
    };
    let upsert = tag::Entity::insert(a_tag("b")).on_conflict(update());
    let done = upsert.exec(db).await.map(|done| done.last_insert_id);
    seen.add("upsert, there", done);
    let upsert = tag::Entity::insert(a_tag("new")).on_conflict(update());
    let done = upsert.exec(db).await.map(|done| done.last_insert_id);
    // The capture tries an upsert before it does it: that takes a number, as a rollback does.
    seen.add("upsert, new", done.map(drop));
    if backend.is_mysql() {
        let sql = |rows: &str| {
            format!(
                "INSERT INTO product (id, name, price, stock, active) VALUES {rows} \
                 ON DUPLICATE KEY UPDATE stock = VALUES(stock)"
            )
        };
        for rows in [
            "(500, 'n', 1, 1, true)",
            "(500, 'n', 1, 2, true)",
            "(500, 'n', 1, 2, true)",
            "(600, 'n', 1, 2, true), (500, 'n', 1, 3, true)",
            "(500, 'n', 1, 4, true), (700, 'n', 1, 3, true)",
            "(500, 'n', 1, 5, true), (600, 'n', 1, 3, true)",
        ] {
            let done = db.execute_unprepared(&sql(rows)).await;
            let done = done.map(|done| (done.last_insert_id(), done.rows_affected()));
            seen.add(rows, done);
        }
    }
    let rename = OnConflict::column(category::Column::Code)
        .update_column(category::Column::Name)
        .to_owned();
    for name in ["one", "two"] {
        let mut category = shop::a_category("c", None);
        category.name = Set(name.to_owned());
        let upsert = category::Entity::insert(category).on_conflict(rename.clone());
        seen.add("upsert", upsert.exec_without_returning(db).await);
    }
    if backend.replace() {
        let replace = "REPLACE INTO category (code, name) VALUES ('c', 'three'), ('d', 'four')";
        let done = db.execute_unprepared(replace).await;
        seen.add("replace", done.map(|done| done.rows_affected()));
    }
}

async fn updates<C: ConnectionTrait>(db: &C, backend: Backend, seen: &mut Seen) {
    let rename = || {
        tag::Entity::update_many()
            .col_expr(tag::Column::Name, Expr::value("bb"))
            .filter(tag::Column::Name.eq("b"))
    };
    seen.add("update", rename().exec(db).await);
    seen.add("update of nothing", rename().exec(db).await);
    let all = tag::Entity::update_many().col_expr(tag::Column::Name, Expr::value("a"));
    seen.add("update to duplicates", all.exec(db).await);
    if backend.returning() {
        let more = product::Entity::update_many().col_expr(
            product::Column::Stock,
            Expr::col(product::Column::Stock).add(1),
        );
        seen.add("returning", more.exec_with_returning(db).await);
        seen.add("returning nothing", rename().exec_with_returning(db).await);
    }
    let missing = || tag::ActiveModel {
        id: Set(999),
        name: Set("x".to_owned()),
    };
    seen.add(
        "a missing row",
        tag::Entity::update(missing()).exec(db).await,
    );
    seen.add("a missing model", missing().update(db).await);
    let one = product::Entity::find_by_id(1).one(db).await;
    if let Ok(Some(lamp)) = one {
        let mut lamp = lamp.into_active_model();
        lamp.price = Set(Decimal::new(1300, 2));
        seen.add("a model", lamp.clone().update(db).await);
        seen.add("save", lamp.save(db).await);
    }
    let unset = tag::ActiveModel {
        name: Set("x".to_owned()),
        ..Default::default()
    };
    seen.add("no key", unset.update(db).await);
}

async fn deletes<C: ConnectionTrait>(db: &C, backend: Backend, seen: &mut Seen) {
    seen.add("by id", tag::Entity::delete_by_id(2).exec(db).await);
    seen.add(
        "a missing id",
        tag::Entity::delete_by_id(999).exec(db).await,
    );
    let some = tag::Entity::delete_many().filter(tag::Column::Name.is_in(["c", "nobody"]));
    seen.add("many", some.exec(db).await);
    if backend.returning() {
        let some = tag::Entity::delete_many().filter(tag::Column::Name.eq("s"));
        seen.add("returning", some.exec_with_returning(db).await);
    }
    if let Ok(Some(product)) = product::Entity::find_by_id(2).one(db).await {
        seen.add("a model", product.delete(db).await);
    }
}

async fn raw<C: ConnectionTrait>(db: &C, backend: Backend, seen: &mut Seen) {
    let done = db.execute_unprepared("UPDATE tag SET name = 'dd' WHERE name = 'd'");
    seen.add("text", done.await.map(|done| done.rows_affected()));
    let script = "UPDATE product SET stock = 0; DELETE FROM tag WHERE name = 'nobody'";
    let done = db.execute_unprepared(script).await;
    seen.add("script", done.map(|done| done.rows_affected()));
    seen.add(
        "nonsense",
        db.execute_unprepared("UPDATE").await.map(|_| ()),
    );
    if backend.returning() {
        let sql = "UPDATE tag SET name = 'ddd' WHERE name = 'dd' RETURNING id, name AS called";
        let statement = Statement::from_string(backend.db_backend(), sql);
        let row = db.query_one_raw(statement).await;
        let row = row.map(|row| {
            let row = row?;
            let id = row.try_get::<i32>("", "id").ok()?;
            Some((id, row.try_get::<String>("", "called").ok()?))
        });
        seen.add("returning", row);
    }
}

async fn transactions<C: TransactionTrait>(db: &C, seen: &mut Seen) {
    let result = async {
        let outer = db.begin().await?;
        let kept = a_tag("kept").insert(&outer).await?;
        let inner = outer.begin().await?;
        a_tag("undone").insert(&inner).await?;
        TransactionSession::rollback(inner).await?;
        TransactionSession::commit(outer).await?;
        // Its number: see the upserts.
        Ok(kept.name)
    };
    seen.add("transaction", result.await);
}
