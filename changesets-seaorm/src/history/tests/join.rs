//! Joins inside the database.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Schema, prelude::Uuid, sea_query::JoinType,
};
use serde_json::json;

use super::super::{HistoryError, JoinChanges};
use super::{
    log::Log,
    product::{self, seat},
};
use crate::log::change;

mod keyed {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
        EnumIter, PrimaryKeyTrait, Uuid,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "changesets_unit_keyed")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn create<E: EntityTrait>(log: &Log, entity: E) {
    let drop = sea_orm::sea_query::Table::drop()
        .table(entity)
        .if_exists()
        .to_owned();
    log.db.execute(&drop).await.unwrap();
    let schema = Schema::new(log.db.get_database_backend());
    log.db
        .execute(&schema.create_table_from_entity(entity))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_entity_joins_to_its_changes() {
    let log = Log::new("join_int").await;
    create(&log, product::Entity).await;
    for id in 1..=3 {
        let key = id.to_string();
        let model = product::model(id).into_active_model();
        model.reset_all().insert(&log.db).await.unwrap();
        log.product(&key, "insert", json!({"id": id})).await;
    }
    log.product("2", "update", json!({"name": ["", "x"]})).await;
    log.change("tag", "3", "update", json!({})).await;
    let updated = product::Entity::find()
        .join_changes(
            JoinType::InnerJoin,
            log.db.get_database_backend(),
            &log.tables,
        )
        .unwrap()
        .filter(change::Column::Action.eq("update"))
        .order_by_asc(product::Column::Id)
        .distinct()
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(
        updated.iter().map(|product| product.id).collect::<Vec<_>>(),
        [2]
    );
}

#[tokio::test]
async fn a_uuid_key_joins_too() {
    let log = Log::new("join_uuid").await;
    create(&log, keyed::Entity).await;
    let id = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    for id in [id, Uuid::nil()] {
        keyed::Model { id }
            .into_active_model()
            .reset_all()
            .insert(&log.db)
            .await
            .unwrap();
    }
    log.change(
        "changesets_unit_keyed",
        &id.to_string(),
        "insert",
        json!({"id": id}),
    )
    .await;
    let found = keyed::Entity::find()
        .join_changes(
            JoinType::InnerJoin,
            log.db.get_database_backend(),
            &log.tables,
        )
        .unwrap()
        .all(&log.db)
        .await
        .unwrap();
    assert_eq!(found, [keyed::Model { id }]);
}

#[test]
fn a_key_of_several_columns_is_refused() {
    let error = seat::Entity::find()
        .join_changes(
            JoinType::InnerJoin,
            sea_orm::DbBackend::Sqlite,
            &changesets_core::LogTables::default(),
        )
        .unwrap_err();
    assert!(
        matches!(error, HistoryError::NotJoinable { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("`seat`"), "{error}");
}
