//! Contract 13: columns that are left out leave no trace, whatever the road.

use changesets_seaorm::Changeset;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    TransactionTrait,
    sea_query::{Expr, OnConflict},
};

use crate::TestDb;
use crate::shop::{self, product};
use crate::tracked::{assert_replay, lines, shop_tables, tracked_shop};

/// Every product of the shop is inserted with a secret that has this in it.
const SECRET: &str = "secret of";

pub async fn a_secret_is_in_no_row_of_the_log(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let lamp = shop::a_product("lamp", 100).insert(&tracked).await?;
    let many = ["a", "b", "c"].map(|name| shop::a_product(name, 100));
    product::Entity::insert_many(many).exec(&tracked).await?;
    let mut other = lamp.clone().into_active_model();
    other.supplier_secret = Set(Some(format!("{SECRET} another")));
    let lamp = other.update(&tracked).await?;
    product::Entity::update_many()
        .col_expr(
            product::Column::SupplierSecret,
            Expr::value(format!("{SECRET} all")),
        )
        .exec(&tracked)
        .await?;
    tracked
        .execute_unprepared(&format!(
            "UPDATE product SET supplier_secret = '{SECRET} raw' WHERE name = 'a'"
        ))
        .await?;
    let mut again = shop::a_product("again", 100);
    again.id = Set(lamp.id);
    let update = OnConflict::column(product::Column::Id)
        .update_column(product::Column::SupplierSecret)
        .to_owned();
    product::Entity::insert(again)
        .on_conflict(update)
        .exec_without_returning(&tracked)
        .await?;
    product::Entity::delete_many()
        .filter(product::Column::Name.is_in(["a", "b"]))
        .exec(&tracked)
        .await?;
    lamp.delete(&tracked).await?;
    // The hook alone.
    let plain = db.plain().begin().await?;
    let hooked = shop::a_product("hooked", 100).insert(&plain).await?;
    let mut other = hooked.into_active_model();
    other.supplier_secret = Set(None);
    other.update(&plain).await?.delete(&plain).await?;
    plain.commit().await?;

    assert_eq!(lines(tracked.untracked()).await.len(), 17);
    for (table, columns) in [
        ("change", ["object_key", "diff"]),
        ("changeset", ["actor", "context"]),
        ("change_ref", ["object_key", "role"]),
    ] {
        for column in columns {
            let text = if db.backend().is_mysql() {
                "CHAR"
            } else {
                "TEXT"
            };
            let sql = format!(
                "SELECT CAST({column} AS {text}) FROM {}",
                db.backend().quote(table)
            );
            for row in db.texts(&sql).await {
                let found = row[0].as_deref().unwrap_or_default();
                assert!(!found.contains(SECRET), "{table}.{column}: {found}");
            }
        }
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// That a redacted column changed is recorded; that an excluded one did is not.
pub async fn a_change_of_a_secret_is_recorded_and_one_of_a_left_out_column_is_not(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_product("lamp", 100).insert(&tracked).await?;
    for assignment in [
        "supplier_secret = 'other'",
        "supplier_secret = 'other'",
        "supplier_secret = NULL",
        "updated_at = '2026-01-01 00:00:00'",
        "supplier_secret = 'back', updated_at = NULL, stock = 11",
    ] {
        let sql = format!("UPDATE product SET {assignment}");
        Changeset::new()
            .scope(tracked.execute_unprepared(&sql))
            .await?;
    }
    assert_eq!(
        lines(tracked.untracked()).await.split_off(1),
        [
            r#"update product 1 {"supplier_secret":{"redacted":true}}"#,
            r#"update product 1 {"supplier_secret":{"redacted":true}}"#,
            r#"update product 1 {"stock":[10,11],"supplier_secret":{"redacted":true}}"#,
        ]
    );
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
