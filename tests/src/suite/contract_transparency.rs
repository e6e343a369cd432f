//! A tracked connection answers as a plain one does.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::shop::{self, tag};
use crate::tracked::{assert_replay, shop_tables, tracked_shop};
use crate::{Backend, TestDb};

pub async fn results_and_errors_are_those_of_a_plain_connection(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let other = TestDb::new(db.backend(), "contract_transparency_plain").await;
    let plain = other.plain();
    shop::create_tables(&plain).await?;
    let expected = program(&plain, db.backend()).await;
    assert_eq!(program(&tracked, db.backend()).await, expected);
    assert_replay(&tracked, &shop_tables()).await;
    other.remove().await;
    Ok(())
}

async fn program<C: ConnectionTrait>(db: &C, backend: Backend) -> Vec<String> {
    let mut seen = Vec::new();
    macro_rules! see {
        ($result:expr) => {
            seen.push(match $result.await {
                Ok(value) => format!("{value:?}"),
                Err(error) => format!("{error:?}: {error}"),
            })
        };
    }
    see!(async {
        tag::Entity::insert(shop::a_tag("a"))
            .exec(db)
            .await
            .map(|r| r.last_insert_id)
    });
    let many = ["b", "c", "d"].map(shop::a_tag);
    see!(async {
        tag::Entity::insert_many(many)
            .exec(db)
            .await
            .map(|r| r.last_insert_id)
    });
    see!(async {
        tag::Entity::insert(shop::a_tag("a"))
            .exec(db)
            .await
            .map(|r| r.last_insert_id)
    });
    see!(async {
        let ignore = OnConflict::column(tag::Column::Name)
            .do_nothing_on([tag::Column::Id])
            .to_owned();
        let insert = tag::Entity::insert(shop::a_tag("a")).on_conflict(ignore);
        insert.exec_without_returning(db).await
    });
    let rename = || {
        tag::Entity::update_many()
            .col_expr(tag::Column::Name, Expr::value("bb"))
            .filter(tag::Column::Name.eq("b"))
    };
    see!(rename().exec(db));
    see!(rename().exec(db));
    if backend.returning() {
        see!(tag::Entity::insert(shop::a_tag("r")).exec_with_returning(db));
        see!(rename().exec_with_returning(db));
    }
    let missing = tag::ActiveModel {
        id: Set(999),
        name: Set("x".to_owned()),
    };
    see!(tag::Entity::update(missing).exec(db));
    see!(tag::Entity::delete_by_id(2).exec(db));
    see!(tag::Entity::delete_by_id(999).exec(db));
    see!(async {
        let done = db.execute_unprepared("UPDATE tag SET name = 'cc' WHERE name = 'c'");
        done.await.map(|done| done.rows_affected())
    });
    see!(tag::Entity::find().order_by_asc(tag::Column::Name).all(db));
    seen
}
