//! Every way SeaORM 2 can write, row by row of `write-paths.md`.

use changesets_seaorm::Changeset;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use crate::TestDb;
use crate::shop::{self, product};
use crate::tracked::{assert_replay, headers, lines, shop_tables, tracked_shop};

pub async fn a_model_is_inserted_updated_and_deleted(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .actor("ann")
        .reason("test")
        .scope(async {
            let lamp = shop::a_product("lamp", 1250).insert(&tracked).await?;
            let mut lamp = lamp.into_active_model();
            lamp.stock = Set(9);
            lamp.supplier_secret = Set(Some("other".to_owned()));
            let lamp = lamp.update(&tracked).await?;
            assert_eq!(lamp.stock, 9);
            let deleted = lamp.delete(&tracked).await?;
            assert_eq!(deleted.rows_affected, 1);
            Ok::<_, DbErr>(())
        })
        .await?;
    let plain = tracked.untracked();
    assert_eq!(
        lines(plain).await,
        [
            r#"insert product 1 {"active":true,"created_at":null,"description":null,"id":1,"name":"lamp","price":"12.50","stock":10,"supplier_secret":{"redacted":true}}"#,
            r#"update product 1 {"stock":[10,9],"supplier_secret":{"redacted":true}}"#,
            r#"delete product 1 {"active":true,"created_at":null,"description":null,"id":1,"name":"lamp","price":"12.50","stock":9,"supplier_secret":{"redacted":true}}"#,
        ]
    );
    let headers = headers(plain).await;
    assert_eq!(headers.len(), 1);
    assert_eq!(headers[0].actor.as_deref(), Some("ann"));
    assert_eq!(headers[0].reason.as_deref(), Some("test"));
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn bulk_statements_and_raw_sql(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let many =
        [("a", 100), ("b", 200), ("c", 300)].map(|(name, cents)| shop::a_product(name, cents));
    product::Entity::insert_many(many).exec(&tracked).await?;
    let done = product::Entity::update_many()
        .col_expr(
            product::Column::Stock,
            Expr::col(product::Column::Stock).add(1),
        )
        .filter(product::Column::Name.ne("c"))
        .exec(&tracked)
        .await?;
    assert_eq!(done.rows_affected, 2);
    let done = tracked
        .execute_unprepared("DELETE FROM product WHERE stock = 10")
        .await?;
    assert_eq!(done.rows_affected(), 1);
    assert_eq!(db.count("product").await, 2);
    assert_replay(&tracked, &shop_tables()).await;
    assert_eq!(lines(tracked.untracked()).await.len(), 6);
    Ok(())
}
