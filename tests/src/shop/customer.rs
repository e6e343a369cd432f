//! Somebody who buys. The key is a UUID made by the application.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    #[sea_orm(has_many)]
    pub orders: HasMany<super::order::Entity>,
}

changesets_seaorm::track!(ActiveModel);
