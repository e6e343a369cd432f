//! The sample schema: a small shop with every kind of key and of foreign key.
//!
//! ```text
//! product ──< product_tag >── tag          both ends ON DELETE CASCADE
//!    │ SET NULL
//!    └──< order_line >── order >── customer    both ON DELETE CASCADE
//! category ──┐ parent_code, ON DELETE CASCADE
//!    └───────┘
//! setting (binary key)    mood (enum key)
//! ```

pub mod category;
pub mod customer;
pub mod mood;
pub mod order;
pub mod order_line;
pub mod product;
pub mod product_tag;
pub mod setting;
pub mod tag;
pub mod unhooked;

use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, Schema};

/// Every table of the shop, those without a foreign key first.
pub const TABLES: [&str; 9] = [
    "product",
    "tag",
    "customer",
    "category",
    "setting",
    "mood",
    "order",
    "product_tag",
    "order_line",
];

/// Creates the tables with their foreign keys, in an empty database.
pub async fn create_tables<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    Schema::new(db.get_database_backend())
        .builder()
        .register(product::Entity)
        .register(tag::Entity)
        .register(customer::Entity)
        .register(category::Entity)
        .register(setting::Entity)
        .register(mood::Entity)
        .register(order::Entity)
        .register(product_tag::Entity)
        .register(order_line::Entity)
        .apply(db)
        .await
}

/// A product to insert: everything set but the key and the times. The price is in cents.
pub fn a_product(name: &str, cents: i64) -> product::ActiveModel {
    product::ActiveModel {
        name: Set(name.to_owned()),
        description: Set(None),
        price: Set(Decimal::new(cents, 2)),
        stock: Set(10),
        active: Set(true),
        supplier_secret: Set(Some(format!("secret of {name}"))),
        ..Default::default()
    }
}

/// A tag to insert.
pub fn a_tag(name: &str) -> tag::ActiveModel {
    tag::ActiveModel {
        name: Set(name.to_owned()),
        ..Default::default()
    }
}

/// A customer to insert, with a key of its own.
pub fn a_customer(name: &str) -> customer::ActiveModel {
    customer::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        name: Set(name.to_owned()),
    }
}

/// A category to insert.
pub fn a_category(code: &str, parent: Option<&str>) -> category::ActiveModel {
    category::ActiveModel {
        code: Set(code.to_owned()),
        name: Set(format!("category {code}")),
        parent_code: Set(parent.map(str::to_owned)),
    }
}
