//! A row per mood: the key is an enum, a type of its own on PostgreSQL.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood_kind")]
pub enum Kind {
    #[sea_orm(string_value = "happy")]
    Happy,
    #[sea_orm(string_value = "so so")]
    SoSo,
    #[sea_orm(string_value = "sad")]
    Sad,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mood")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: Kind,
    pub note: Option<String>,
}

changesets_seaorm::track!(ActiveModel);
