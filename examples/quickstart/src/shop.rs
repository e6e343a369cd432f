//! A small shop: products, tags, and the junction between them.

pub mod product;
pub mod product_tag;
pub mod tag;

use changesets_migration::LogTables;
use changesets_seaorm::{TrackedConnection, Tracker};
use sea_orm::{Database, Schema};

/// A shop in memory, every write to it recorded.
pub async fn open() -> Result<TrackedConnection, Box<dyn std::error::Error>> {
    let db = Database::connect("sqlite::memory:").await?;
    Schema::new(db.get_database_backend())
        .builder()
        .register(product::Entity)
        .register(tag::Entity)
        .register(product_tag::Entity)
        .apply(&db)
        .await?;
    changesets_migration::up(&db, &LogTables::default()).await?;

    let tracker = Tracker::builder()
        .entity::<product::Entity>()
        .entity::<tag::Entity>()
        .link::<product_tag::Entity>()
        .build()?;
    Ok(tracker.connect(db))
}
