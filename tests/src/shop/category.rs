//! A tree with string keys: deleting a node deletes what is below it, in the database.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub parent_code: Option<String>,
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        from = "parent_code",
        to = "code",
        on_delete = "Cascade"
    )]
    pub parent: BelongsTo<Option<Entity>>,
}

changesets_seaorm::track!(ActiveModel);
