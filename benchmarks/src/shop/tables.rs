//! Creating and filling the tables.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, Schema};

use super::{
    by_hand::audit,
    operations::{ROWS_OF_INSERT, chunks},
    plain::{a_product, note, product, product_tag, tag},
};

/// Tags in the table.
const TAGS: i64 = 100;

/// Creates the tables of the shop, and an audit table for those who write one.
pub(crate) async fn create(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    Schema::new(db.get_database_backend())
        .builder()
        .register(product::Entity)
        .register(tag::Entity)
        .register(product_tag::Entity)
        .register(note::Entity)
        .register(audit::Entity)
        .apply(db)
        .await?;
    db.execute_unprepared("CREATE INDEX audit_object ON audit (table_name, row_key)")
        .await
        .map(drop)
}

/// Inserts products again that were deleted, under their old ids.
pub(crate) async fn put_back(db: &impl ConnectionTrait, ids: &[i64]) -> Result<(), DbErr> {
    for ids in ids.chunks(ROWS_OF_INSERT / 2) {
        let products = ids.iter().map(|&id| a_product(id, Some(id)));
        product::Entity::insert_many(products)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Inserts products with the ids from 1, and tags.
pub(crate) async fn seed(db: &impl ConnectionTrait, products: i64) -> Result<(), DbErr> {
    for numbers in chunks(1..=products) {
        let products = numbers.map(|number| a_product(number, None));
        product::Entity::insert_many(products)
            .exec_without_returning(db)
            .await?;
    }
    let tags = (1..=TAGS).map(|number| tag::ActiveModel {
        name: Set(format!("tag {number}")),
        ..Default::default()
    });
    tag::Entity::insert_many(tags)
        .exec_without_returning(db)
        .await
        .map(drop)
}
