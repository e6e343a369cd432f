//! What one writes by hand with SeaORM: in a transaction, read and lock the rows, write them, and
//! add rows with old and new to an audit table.

use std::ops::RangeInclusive;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    Operations,
    operations::{ROWS_OF_INSERT, chunks, found},
    plain::{Plain, a_product, product, product_tag},
};

/// The actor that a request would bring along.
const ACTOR: &str = "user:1";

#[allow(dead_code, unreachable_pub, reason = "SeaORM's macro makes it")]
pub(crate) mod audit {
    //! One table for the changes of all others. The triggers write it too.

    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "String(StringLen::N(100))")]
        pub table_name: String,
        #[sea_orm(column_type = "String(StringLen::N(10))")]
        pub op: String,
        #[sea_orm(column_type = "String(StringLen::N(100))")]
        pub row_key: String,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub old_row: Option<Json>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub new_row: Option<Json>,
        #[sea_orm(column_type = "String(StringLen::N(100))", nullable)]
        pub actor: Option<String>,
        #[sea_orm(default_expr = "Expr::current_timestamp()")]
        pub at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The same work with a history kept by hand. Every operation needs a transaction around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByHand;

impl Operations for ByHand {
    async fn insert<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
        let new = a_product(number, None).insert(db).await?;
        let row = entry(
            "product",
            "insert",
            &new.id,
            None::<&product::Model>,
            Some(&new),
        )?;
        row.insert(db).await.map(drop)
    }

    async fn update<C: ConnectionTrait>(db: &C, id: i64, stock: i32) -> Result<(), DbErr> {
        let old = found(
            product::Entity::find_by_id(id)
                .lock_exclusive()
                .one(db)
                .await?,
        )?;
        let mut product = old.clone().into_active_model();
        product.stock = Set(stock);
        let new = product.update(db).await?;
        let row = entry("product", "update", &id, Some(&old), Some(&new))?;
        row.insert(db).await.map(drop)
    }

    async fn delete<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
        let old = found(
            product::Entity::find_by_id(id)
                .lock_exclusive()
                .one(db)
                .await?,
        )?;
        let row = entry("product", "delete", &id, Some(&old), None)?;
        old.into_active_model().delete(db).await?;
        row.insert(db).await.map(drop)
    }

    async fn link<C: ConnectionTrait>(db: &C, product: i64, tag: i64) -> Result<(), DbErr> {
        Plain::link(db, product, tag).await?;
        link_entry(product, tag)?.insert(db).await.map(drop)
    }

    async fn insert_many<C: ConnectionTrait>(db: &C, count: i64) -> Result<(), DbErr> {
        for numbers in chunks(1..=count) {
            let drafts: Vec<_> = numbers.map(|number| a_product(number, None)).collect();
            let new = if db.support_returning() {
                let insert = product::Entity::insert_many(drafts);
                insert.exec_with_returning(db).await?
            } else {
                // The rows of one statement have ids in a row, of which MariaDB tells the first.
                let count = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
                let insert = product::Entity::insert_many(drafts).exec(db).await?;
                let first = insert.last_insert_id.unwrap_or_default();
                find(first..=first + count - 1).all(db).await?
            };
            let rows = new
                .iter()
                .map(|new| entry("product", "insert", &new.id, None, Some(new)));
            record(db, rows.collect::<Result<_, _>>()?).await?;
        }
        Ok(())
    }

    async fn update_many<C: ConnectionTrait>(
        db: &C,
        ids: RangeInclusive<i64>,
    ) -> Result<(), DbErr> {
        let old = find(ids.clone()).lock_exclusive().all(db).await?;
        let raised = Expr::col(product::Column::Price).add(1);
        let update = product::Entity::update_many()
            .col_expr(product::Column::Price, raised)
            .filter(product::Column::Id.between(*ids.start(), *ids.end()));
        update.exec(db).await?;
        let new = find(ids).all(db).await?;
        let rows = old
            .iter()
            .zip(&new)
            .map(|(old, new)| entry("product", "update", &old.id, Some(old), Some(new)));
        record(db, rows.collect::<Result<_, _>>()?).await
    }

    async fn delete_many<C: ConnectionTrait>(
        db: &C,
        ids: RangeInclusive<i64>,
    ) -> Result<(), DbErr> {
        let old = find(ids.clone()).lock_exclusive().all(db).await?;
        Plain::delete_many(db, ids).await?;
        let rows = old
            .iter()
            .map(|old| entry("product", "delete", &old.id, Some(old), None));
        record(db, rows.collect::<Result<_, _>>()?).await
    }

    async fn link_many<C: ConnectionTrait>(
        db: &C,
        products: RangeInclusive<i64>,
        tag: i64,
    ) -> Result<(), DbErr> {
        Plain::link_many(db, products.clone(), tag).await?;
        let rows = products.map(|product| link_entry(product, tag));
        record(db, rows.collect::<Result<_, _>>()?).await
    }

    async fn read<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
        Plain::read(db, id).await
    }

    async fn note<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
        Plain::note(db, number).await
    }
}

/// These products, in the order of their keys.
fn find(ids: RangeInclusive<i64>) -> sea_orm::Select<product::Entity> {
    product::Entity::find()
        .filter(product::Column::Id.between(*ids.start(), *ids.end()))
        .order_by_asc(product::Column::Id)
}

async fn record<C: ConnectionTrait>(db: &C, rows: Vec<audit::ActiveModel>) -> Result<(), DbErr> {
    for rows in rows.chunks(ROWS_OF_INSERT) {
        let insert = audit::Entity::insert_many(rows.iter().cloned());
        insert.exec_without_returning(db).await?;
    }
    Ok(())
}

fn link_entry(product: i64, tag: i64) -> Result<audit::ActiveModel, DbErr> {
    let new = product_tag::Model {
        product_id: product,
        tag_id: tag,
    };
    let key = format!("{product},{tag}");
    entry("product_tag", "insert", &key, None, Some(&new))
}

fn entry<M: Serialize>(
    table: &str,
    op: &str,
    key: &impl ToString,
    old: Option<&M>,
    new: Option<&M>,
) -> Result<audit::ActiveModel, DbErr> {
    let json = |row: Option<&M>| -> Result<Option<Value>, DbErr> {
        let json = row.map(serde_json::to_value).transpose();
        json.map_err(|error| DbErr::Json(error.to_string()))
    };
    Ok(audit::ActiveModel {
        table_name: Set(table.to_owned()),
        op: Set(op.to_owned()),
        row_key: Set(key.to_string()),
        old_row: Set(json(old)?),
        new_row: Set(json(new)?),
        actor: Set(Some(ACTOR.to_owned())),
        ..Default::default()
    })
}
