//! Which other objects a change concerns: the two ends of a link.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait, Related, RelationDef, RelationTrait,
};

/// An object that a change of another concerns.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_ref")]
pub struct Model {
    /// The change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub change_id: i64,
    /// The table of the object.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub entity: String,
    /// The key of the object, as text.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub object_key: String,
    /// What the object is to the change: for a link, the junction's columns.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub role: String,
}

/// The relations of a reference.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The change.
    #[sea_orm(
        belongs_to = "super::change::Entity",
        from = "Column::ChangeId",
        to = "super::change::Column::Id"
    )]
    Change,
}

impl Related<super::change::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Change.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
