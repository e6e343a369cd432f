//! The measure of reading a history: a plain table with the log's columns, its rows, and an index.

#![allow(unreachable_pub, reason = "SeaORM derives need a public model")]

use sea_orm::entity::prelude::*;

/// A row like a change, of a table that is nobody's log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plain")]
pub struct Model {
    /// As `change.id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// As `change.changeset_id`.
    pub batch_id: Uuid,
    /// As `change.recorded_at`.
    pub recorded_at: DateTimeUtc,
    /// As `change.entity`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// As `change.object_key`, with an index.
    #[sea_orm(column_type = "Text")]
    pub object_key: String,
    /// As `change.action`.
    pub action: String,
    /// As `change.diff`.
    #[sea_orm(column_type = "JsonBinary")]
    pub diff: Json,
}

/// The table refers to nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
