//! Somebody who buys, and may keep the shop.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(unique)]
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub last_login: Option<DateTimeUtc>,
    #[sea_orm(has_many)]
    pub orders: HasMany<super::order::Entity>,
}

// That a password changed is on record; its hash is not.
changesets_seaorm::track!(ActiveModel, redact = [PasswordHash]);
