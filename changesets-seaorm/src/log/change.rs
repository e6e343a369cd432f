//! What happened: one row for each row that was inserted, updated or deleted.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DateTimeUtc, DeriveEntityModel, DerivePrimaryKey, DeriveRelation,
    EntityTrait, EnumIter, Json, PrimaryKeyTrait, Related, RelationDef, RelationTrait, Uuid,
};

/// A change, as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// Rising: the order of the changes to one object.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The changeset it belongs to.
    pub changeset_id: Uuid,
    /// When it was recorded. An attribute, never the order.
    pub recorded_at: DateTimeUtc,
    /// The table, schema-qualified where the entity names a schema.
    #[sea_orm(column_type = "Text")]
    pub entity: String,
    /// The row's key before the change, as text.
    #[sea_orm(column_type = "Text")]
    pub object_key: String,
    /// `insert`, `update` or `delete`.
    pub action: String,
    /// The values: see `docs/log-format.md`.
    #[sea_orm(column_type = "JsonBinary")]
    pub diff: Json,
}

/// The relations of a change.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Who, when and why.
    #[sea_orm(
        belongs_to = "super::changeset::Entity",
        from = "Column::ChangesetId",
        to = "super::changeset::Column::Id"
    )]
    Changeset,
    /// The other objects it concerns.
    #[sea_orm(has_many = "super::change_ref::Entity")]
    ChangeRef,
}

impl Related<super::changeset::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Changeset.def()
    }
}

impl Related<super::change_ref::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ChangeRef.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
