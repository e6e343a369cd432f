//! Who, when and why: one row for each changeset that changed something.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DateTimeUtc, DeriveEntityModel, DerivePrimaryKey, DeriveRelation,
    EntityTrait, EnumIter, Json, PrimaryKeyTrait, Related, RelationDef, RelationTrait, Uuid,
};

/// A changeset, as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changeset")]
pub struct Model {
    /// Its id, a UUIDv7 made by the application.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When it was opened, by the application's clock.
    pub created_at: DateTimeUtc,
    /// Who did it, as the application names them: `user:42`.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor: Option<String>,
    /// Who did it, as a person reads it: `Ann`.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_label: Option<String>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Whatever else the application wanted to keep: a JSON object.
    #[sea_orm(column_type = "JsonBinary")]
    pub context: Json,
    /// The changeset inside whose scope this one was opened.
    pub parent_id: Option<Uuid>,
    /// Where the changes came from: `app`, `scan`, `revert`, ...
    pub origin: String,
}

/// The relations of a changeset.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// What it changed.
    #[sea_orm(has_many = "super::change::Entity")]
    Change,
    /// The changeset around it.
    #[sea_orm(belongs_to = "Entity", from = "Column::ParentId", to = "Column::Id")]
    Parent,
}

impl Related<super::change::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Change.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
