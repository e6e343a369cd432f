//! A week in the shop: each way to write, once.

use changesets_seaorm::{Actor, Changeset, TrackedConnection};
use chrono::DateTime;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, IntoActiveModel, TransactionTrait, entity::prelude::*,
    sea_query::ExprTrait,
};

use crate::shop::{product, tag};

/// What is left of it.
pub struct Shop {
    pub kettle: product::Model,
    pub teapot_id: i32,
    pub tea: tag::Model,
}

pub async fn tell(db: &TrackedConnection) -> Result<Shop, DbErr> {
    // A model.
    let kettle = ann("new in the shop", "2026-03-02T09:00:00Z")
        .scope(async {
            let kettle = product::ActiveModel {
                name: Set("Kettle".to_owned()),
                price: Set(Decimal::new(3500, 2)),
                stock: Set(10),
                supplier: Set(Some("Steam & Sons".to_owned())),
                ..Default::default()
            };
            kettle.insert(db).await
        })
        .await?;

    // A model with others in it: rows of three tables, one changeset.
    let teapot = ann("new in the shop, second delivery", "2026-03-02T15:30:00Z")
        .scope(async {
            product::ActiveModel::builder()
                .set_name("Teapot")
                .set_price(Decimal::new(2400, 2))
                .set_stock(4)
                .add_tag(tag::ActiveModel::builder().set_name("kitchen"))
                .add_tag(tag::ActiveModel::builder().set_name("tea"))
                .insert(db)
                .await
        })
        .await?;

    // A bulk statement: it names no row, and yet each row it changes has it in its history.
    bob("spring sale", "2026-03-03T08:00:00Z")
        .scope(async {
            product::Entity::update_many()
                .col_expr(
                    product::Column::Price,
                    Expr::col(product::Column::Price).mul(0.9),
                )
                .filter(product::Column::Price.gt(20))
                .exec(db)
                .await
        })
        .await?;

    // Raw SQL.
    Changeset::new()
        .actor(Actor::new("job:stocktaking").label("the stocktaking"))
        .created_at(at("2026-03-04T02:00:00Z"))
        .scope(async {
            let sql = "UPDATE product SET stock = stock - 1 WHERE stock > 0";
            db.execute_unprepared(sql).await
        })
        .await?;

    // A rollback: what did not happen has no history.
    bob("a slip of the finger", "2026-03-04T11:00:00Z")
        .scope(async {
            let transaction = db.begin().await?;
            product::Entity::delete_many().exec(&transaction).await?;
            transaction.rollback().await
        })
        .await?;

    // A nested save that takes one tag away, and a redacted column of another product.
    ann("tidying up", "2026-03-05T10:00:00Z")
        .scope(async {
            let mut tidy = teapot.clone().into_active_model();
            let tea = teapot.tags.iter().filter(|tag| tag.name == "tea").cloned();
            tidy.tags
                .replace_all(tea.map(IntoActiveModel::into_active_model));
            tidy.update(db).await?;
            let mut kettle: product::ActiveModel = kettle.clone().into();
            kettle.supplier = Set(Some("Kettles United".to_owned()));
            kettle.update(db).await
        })
        .await?;

    // A delete. The database takes the links along, and they are recorded too.
    ann("no longer made", "2026-03-06T16:45:00Z")
        .scope(async { product::Entity::delete_by_id(teapot.id).exec(db).await })
        .await?;

    let tea = tag::Entity::find_by_name("tea").one(db).await?;
    Ok(Shop {
        kettle,
        teapot_id: teapot.id,
        tea: tea.ok_or(DbErr::RecordNotFound("tag tea".to_owned()))?,
    })
}

fn ann(reason: &str, time: &str) -> Changeset {
    by("user:1", "Ann", reason, time)
}

fn bob(reason: &str, time: &str) -> Changeset {
    by("user:2", "Bob", reason, time)
}

/// An application leaves the time alone; a story has to be the same each time it is told.
fn by(id: &str, name: &str, reason: &str, time: &str) -> Changeset {
    Changeset::new()
        .actor(Actor::new(id).label(name))
        .reason(reason)
        .created_at(at(time))
}

fn at(time: &str) -> DateTime<chrono::Utc> {
    time.parse().unwrap_or_default()
}
