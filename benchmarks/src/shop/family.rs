//! One text for the entities with and without the hook.

/// The entities of the shop, and [`Operations`](super::Operations) on them.
macro_rules! family {
    ($(#[$doc:meta])* $module:ident, $name:ident, $behavior:ident) => {
        $(#[$doc])*
        pub(crate) mod $module {
            use std::ops::RangeInclusive;

            use sea_orm::{
                ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr,
                EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
            };

            use crate::shop::operations::{ROWS_OF_INSERT, chunks, found};

            #[allow(dead_code, missing_debug_implementations, unreachable_pub, reason = "SeaORM's macro makes it")]
            pub(crate) mod product {
                //! Something the shop sells.

                use sea_orm::entity::prelude::*;

                #[sea_orm::model]
                #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
                #[sea_orm(table_name = "product")]
                pub struct Model {
                    #[sea_orm(primary_key)]
                    pub id: i64,
                    #[sea_orm(column_type = "String(StringLen::N(100))")]
                    pub name: String,
                    #[sea_orm(column_type = "Text")]
                    pub description: String,
                    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
                    pub price: Decimal,
                    pub stock: i32,
                    pub active: bool,
                    pub created_at: DateTimeUtc,
                    pub updated_at: DateTimeUtc,
                }

                crate::shop::family::$behavior!();
            }

            #[allow(dead_code, missing_debug_implementations, unreachable_pub, reason = "SeaORM's macro makes it")]
            pub(crate) mod tag {
                //! A word on products.

                use sea_orm::entity::prelude::*;

                #[sea_orm::model]
                #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize)]
                #[sea_orm(table_name = "tag")]
                pub struct Model {
                    #[sea_orm(primary_key)]
                    pub id: i64,
                    #[sea_orm(unique)]
                    pub name: String,
                }

                crate::shop::family::$behavior!();
            }

            #[allow(dead_code, missing_debug_implementations, unreachable_pub, reason = "SeaORM's macro makes it")]
            pub(crate) mod product_tag {
                //! Which products have which tags. A product or tag that is still linked cannot go.

                use sea_orm::entity::prelude::*;

                #[sea_orm::model]
                #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize)]
                #[sea_orm(table_name = "product_tag")]
                pub struct Model {
                    #[sea_orm(primary_key, auto_increment = false)]
                    pub product_id: i64,
                    #[sea_orm(primary_key, auto_increment = false)]
                    pub tag_id: i64,
                    #[sea_orm(belongs_to, from = "product_id", to = "id")]
                    pub product: BelongsTo<super::product::Entity>,
                    #[sea_orm(belongs_to, from = "tag_id", to = "id")]
                    pub tag: BelongsTo<super::tag::Entity>,
                }

                crate::shop::family::$behavior!();
            }

            #[allow(dead_code, missing_debug_implementations, unreachable_pub, reason = "SeaORM's macro makes it")]
            pub(crate) mod note {
                //! A table that no tracker knows.

                use sea_orm::entity::prelude::*;

                #[sea_orm::model]
                #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
                #[sea_orm(table_name = "note")]
                pub struct Model {
                    #[sea_orm(primary_key)]
                    pub id: i64,
                    pub name: String,
                }

                impl ActiveModelBehavior for ActiveModel {}
            }

            /// A product to insert; its key is the database's, or `id`.
            pub(crate) fn a_product(number: i64, id: Option<i64>) -> product::ActiveModel {
                let now = chrono::Utc::now();
                product::ActiveModel {
                    id: id.map_or(sea_orm::ActiveValue::NotSet, Set),
                    name: Set(format!("Teapot number {number}")),
                    description: Set(format!(
                        "A teapot of blue stoneware with a bamboo handle, for four cups. It is \
                         glazed inside and out, and goes into the dishwasher. Batch {number}."
                    )),
                    price: Set(rust_decimal::Decimal::new(1_000 + number % 9_000, 2)),
                    stock: Set(10),
                    active: Set(true),
                    created_at: Set(now),
                    updated_at: Set(now),
                }
            }

            /// These entities, as plain calls of SeaORM.
            #[derive(Clone, Copy, Debug)]
            pub(crate) struct $name;

            impl crate::shop::Operations for $name {
                async fn insert<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
                    a_product(number, None).insert(db).await.map(drop)
                }

                async fn update<C: ConnectionTrait>(
                    db: &C,
                    id: i64,
                    stock: i32,
                ) -> Result<(), DbErr> {
                    let product = product::Entity::find_by_id(id).one(db).await?;
                    let mut product = found(product)?.into_active_model();
                    product.stock = Set(stock);
                    product.update(db).await.map(drop)
                }

                async fn delete<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
                    let product = product::ActiveModel { id: Set(id), ..Default::default() };
                    product.delete(db).await.map(drop)
                }

                async fn link<C: ConnectionTrait>(
                    db: &C,
                    product: i64,
                    tag: i64,
                ) -> Result<(), DbErr> {
                    let link = product_tag::ActiveModel {
                        product_id: Set(product),
                        tag_id: Set(tag),
                    };
                    link.insert(db).await.map(drop)
                }

                async fn insert_many<C: ConnectionTrait>(db: &C, count: i64) -> Result<(), DbErr> {
                    for numbers in chunks(1..=count) {
                        let products = numbers.map(|number| a_product(number, None));
                        product::Entity::insert_many(products).exec(db).await?;
                    }
                    Ok(())
                }

                async fn update_many<C: ConnectionTrait>(
                    db: &C,
                    ids: RangeInclusive<i64>,
                ) -> Result<(), DbErr> {
                    let raised = Expr::col(product::Column::Price).add(1);
                    let update = product::Entity::update_many()
                        .col_expr(product::Column::Price, raised)
                        .filter(product::Column::Id.between(*ids.start(), *ids.end()));
                    update.exec(db).await.map(drop)
                }

                async fn delete_many<C: ConnectionTrait>(
                    db: &C,
                    ids: RangeInclusive<i64>,
                ) -> Result<(), DbErr> {
                    let delete = product::Entity::delete_many()
                        .filter(product::Column::Id.between(*ids.start(), *ids.end()));
                    delete.exec(db).await.map(drop)
                }

                async fn link_many<C: ConnectionTrait>(
                    db: &C,
                    products: RangeInclusive<i64>,
                    tag: i64,
                ) -> Result<(), DbErr> {
                    let links = products.map(|product| product_tag::ActiveModel {
                        product_id: Set(product),
                        tag_id: Set(tag),
                    });
                    product_tag::Entity::insert_many(links).exec_without_returning(db).await.map(drop)
                }

                async fn read<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
                    let product = product::Entity::find_by_id(id).one(db).await?;
                    found(product).map(drop)
                }

                async fn note<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
                    let note = note::ActiveModel {
                        name: Set(format!("note {number}")),
                        ..Default::default()
                    };
                    note.insert(db).await.map(drop)
                }
            }

            const _: () = assert!(ROWS_OF_INSERT * 7 < 32_766);
        }
    };
}

macro_rules! plain_behavior {
    () => {
        impl ActiveModelBehavior for ActiveModel {}
    };
}

macro_rules! tracked_behavior {
    () => {
        changesets_seaorm::track!(ActiveModel);
    };
}

pub(crate) use {family, plain_behavior, tracked_behavior};
