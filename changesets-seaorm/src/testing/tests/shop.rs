//! Products, tags, and links between them.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectOptions, ConnectionTrait, Database,
    DatabaseConnection, DbErr,
};

use crate::{TrackedConnection, Tracker};

pub(super) mod product {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "product")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
        pub price: Decimal,
        pub secret: String,
        pub note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    changesets_seaorm::track!(ActiveModel, redact = [Secret]);
}

pub(super) mod tag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    changesets_seaorm::track!(ActiveModel);
}

pub(super) mod product_tag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_tag")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::product::Entity",
            from = "Column::ProductId",
            to = "super::product::Column::Id"
        )]
        Product,
        #[sea_orm(
            belongs_to = "super::tag::Entity",
            from = "Column::Tag",
            to = "super::tag::Column::Word"
        )]
        Tag,
    }

    changesets_seaorm::track!(ActiveModel);
}

pub(super) async fn plain() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    let shop = db.get_schema_builder().register(product::Entity);
    let shop = shop.register(tag::Entity).register(product_tag::Entity);
    shop.apply(&db).await.unwrap();
    let tables = changesets_migration::LogTables::default();
    changesets_migration::up(&db, &tables).await.unwrap();
    db
}

pub(super) async fn shop() -> TrackedConnection {
    let tracker = Tracker::builder()
        .entity::<product::Entity>()
        .entity::<tag::Entity>()
        .link::<product_tag::Entity>();
    tracker.build().unwrap().connect(plain().await)
}

/// A lamp for ten.
pub(super) async fn lamp<C: ConnectionTrait>(db: &C, id: i32) -> Result<product::Model, DbErr> {
    let lamp = product::ActiveModel {
        id: Set(id),
        name: Set("lamp".to_owned()),
        price: Set("10.00".parse().unwrap()),
        secret: Set("it is tin".to_owned()),
        note: Set(None),
    };
    lamp.insert(db).await
}

/// Runs SQL, and says how many rows it changed.
pub(super) async fn sql<C: ConnectionTrait>(db: &C, sql: &str) -> Result<u64, DbErr> {
    Ok(db.execute_unprepared(sql).await?.rows_affected())
}

pub(super) async fn tagged<C: ConnectionTrait>(db: &C, word: &str) -> Result<u64, DbErr> {
    sql(db, &format!("INSERT INTO tag (word) VALUES ('{word}')")).await
}
