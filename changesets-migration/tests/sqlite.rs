//! The steps on SQLite; the suite in `tests/` runs them on all databases.
#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test is the failure we want to see"
)]

use changesets_migration::{LogTables, Migrator, down, steps, up};
use sea_orm_migration::{
    MigratorTrait, SchemaManager,
    sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement},
};

async fn memory() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn names(db: &DatabaseConnection, kind: &str) -> Vec<String> {
    let sql = format!(
        "SELECT name FROM sqlite_master WHERE type = '{kind}' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    );
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

#[tokio::test]
async fn the_migrator_goes_up_and_down() {
    let db = memory().await;
    Migrator::up(&db, None).await.unwrap();
    assert_eq!(
        names(&db, "table").await,
        ["change", "change_ref", "changeset", "changesets_migration"]
    );
    assert_eq!(
        names(&db, "index").await,
        [
            "change_changeset",
            "change_object",
            "change_ref_object",
            "changeset_actor",
            "changeset_created_at"
        ]
    );
    Migrator::up(&db, None).await.unwrap();
    Migrator::down(&db, None).await.unwrap();
    assert_eq!(names(&db, "table").await, ["changesets_migration"]);
}

#[tokio::test]
async fn logs_with_different_prefixes_live_side_by_side() {
    let db = memory().await;
    let audit = LogTables::new().prefix("audit_").unwrap();
    up(&db, &LogTables::default()).await.unwrap();
    up(&db, &audit).await.unwrap();
    down(&db, &LogTables::default()).await.unwrap();
    let left = names(&db, "table").await;
    assert!(left.contains(&"audit_change".to_owned()), "{left:?}");
    assert!(!left.contains(&"change".to_owned()), "{left:?}");
}

#[tokio::test]
async fn a_table_that_is_in_the_way_is_an_error_and_leaves_nothing() {
    let db = memory().await;
    db.execute_unprepared("CREATE TABLE change_ref (id integer)")
        .await
        .unwrap();
    assert!(up(&db, &LogTables::default()).await.is_err());
    let left = names(&db, "table").await;
    assert_eq!(left, ["change_ref", "changesets_migration"]);
}

#[tokio::test]
async fn a_schema_is_refused_where_there_are_none() {
    let db = memory().await;
    let tables = LogTables::new().schema("audit").unwrap();
    let error = up(&db, &tables).await.unwrap_err();
    assert!(matches!(error, DbErr::Migration(_)), "{error:?}");
    assert!(error.to_string().contains("`audit`"), "{error}");
}

#[tokio::test]
async fn the_steps_fit_into_another_migrator() {
    struct Own;
    impl MigratorTrait for Own {
        fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
            steps(&LogTables::default())
        }
    }
    let db = memory().await;
    Own::up(&db, None).await.unwrap();
    assert!(SchemaManager::new(&db).has_table("change").await.unwrap());
    assert_eq!(Own::migrations()[0].name(), "changesets_0001_create_log");
}

#[tokio::test]
async fn ids_are_never_given_away_twice() {
    let db = memory().await;
    up(&db, &LogTables::default()).await.unwrap();
    let insert = "INSERT INTO change (changeset_id, recorded_at, entity, object_key, action, diff) \
                  VALUES (x'00', '', 'a', '1', 'insert', '{}')";
    db.execute_unprepared(insert).await.unwrap();
    db.execute_unprepared("DELETE FROM change").await.unwrap();
    db.execute_unprepared(insert).await.unwrap();
    let row = db
        .query_one_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT id FROM change",
        ))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 2);
}
