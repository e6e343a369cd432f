//! The guide's snippets as doctests: one item for each chapter, and the little shop they work on.

#[cfg(doctest)]
mod chapters;

use changesets_seaorm::{TrackedConnection, Tracker};
use sea_orm::{ConnectOptions, Database};

/// The shop of the guide.
pub mod product {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "product")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        pub price: i32,
        pub supplier: Option<String>,
        pub seen_at: Option<String>,
        #[sea_orm(has_many, via = "product_tag")]
        pub tags: HasMany<super::tag::Entity>,
    }

    changesets_seaorm::track!(ActiveModel, redact = [Supplier], exclude = [SeenAt]);
}

/// A word on products.
pub mod tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tag")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(unique)]
        pub name: String,
        #[sea_orm(has_many, via = "product_tag")]
        pub products: HasMany<super::product::Entity>,
    }

    changesets_seaorm::track!(ActiveModel);
}

/// Which product has which tag.
pub mod product_tag {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_id: i32,
        #[sea_orm(belongs_to, from = "product_id", to = "id", on_delete = "Cascade")]
        pub product: BelongsTo<super::product::Entity>,
        #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
        pub tag: BelongsTo<super::tag::Entity>,
    }

    changesets_seaorm::track!(ActiveModel);
}

/// An empty shop in memory, tracked.
pub async fn shop() -> Result<TrackedConnection, Box<dyn std::error::Error>> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    db.get_schema_builder()
        .register(product::Entity)
        .register(tag::Entity)
        .register(product_tag::Entity)
        .apply(&db)
        .await?;
    changesets_migration::up(&db, &Default::default()).await?;
    let tracker = Tracker::builder()
        .entity::<product::Entity>()
        .entity::<tag::Entity>()
        .link::<product_tag::Entity>()
        .build()?;
    Ok(tracker.connect(db))
}

/// A product to insert.
pub fn a_product(name: &str, price: i32) -> product::ActiveModel {
    product::ActiveModel {
        name: sea_orm::ActiveValue::Set(name.to_owned()),
        price: sea_orm::ActiveValue::Set(price),
        ..Default::default()
    }
}
