//! Orders and their lines.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, pk_auto, timestamp_with_time_zone};

pub(super) struct Orders;

impl MigrationName for Orders {
    fn name(&self) -> &str {
        "m0002_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Orders {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut order = Table::create();
        order
            .table("order")
            .col(pk_auto("id"))
            .col(integer("customer_id"))
            .col(timestamp_with_time_zone("placed_at").default(Expr::current_timestamp()))
            .foreign_key(
                ForeignKey::create()
                    .from("order", "customer_id")
                    .to("customer", "id"),
            );
        manager.create_table(order).await?;

        let mut line = Table::create();
        line.table("order_line")
            .col(integer("order_id"))
            .col(integer("product_id"))
            .col(integer("quantity"))
            .col(big_integer("price_cents"))
            .primary_key(Index::create().col("order_id").col("product_id"))
            .foreign_key(
                ForeignKey::create()
                    .from("order_line", "order_id")
                    .to("order", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            // What was sold stays on the shelf's list.
            .foreign_key(
                ForeignKey::create()
                    .from("order_line", "product_id")
                    .to("product", "id"),
            );
        manager.create_table(line).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["order_line", "order"] {
            let mut drop = Table::drop();
            drop.table(table);
            manager.drop_table(drop).await?;
        }
        Ok(())
    }
}
