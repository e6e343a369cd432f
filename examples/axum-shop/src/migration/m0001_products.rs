//! Products, their tags, and customers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, pk_auto, string, string_uniq, timestamp_with_time_zone_null,
};

pub(super) struct Products;

impl MigrationName for Products {
    fn name(&self) -> &str {
        "m0001_products"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Products {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut product = Table::create();
        product
            .table("product")
            .col(pk_auto("id"))
            .col(string("name"))
            .col(big_integer("price_cents"))
            .col(integer("stock"));
        manager.create_table(product).await?;

        let mut tag = Table::create();
        tag.table("tag").col(pk_auto("id")).col(string_uniq("name"));
        manager.create_table(tag).await?;

        let mut product_tag = Table::create();
        product_tag
            .table("product_tag")
            .col(integer("product_id"))
            .col(integer("tag_id"))
            .primary_key(Index::create().col("product_id").col("tag_id"))
            .foreign_key(&mut cascade("product_tag", "product_id", "product"))
            .foreign_key(&mut cascade("product_tag", "tag_id", "tag"));
        manager.create_table(product_tag).await?;

        let mut customer = Table::create();
        customer
            .table("customer")
            .col(pk_auto("id"))
            .col(string_uniq("email"))
            .col(string("name"))
            .col(string("password_hash"))
            .col(timestamp_with_time_zone_null("last_login"));
        manager.create_table(customer).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["customer", "product_tag", "tag", "product"] {
            let mut drop = Table::drop();
            drop.table(table);
            manager.drop_table(drop).await?;
        }
        Ok(())
    }
}

/// The rows go with the row they point to.
fn cascade(
    from: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    key.from(from, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade);
    key
}
