//! The hook alone, on plain connections.

use changesets_core::LogTables;
use sea_orm::{DbErr, TransactionTrait};

use super::shop::{lamp, plain, product};
use crate::{
    Changeset,
    testing::{Recording, inserted, record},
};

#[tokio::test]
async fn a_plain_connection_and_a_plain_transaction() {
    let db = plain().await;
    let work = async {
        let transaction = db.begin().await?;
        lamp(&transaction, 1).await?;
        transaction.commit().await
    };
    let recorded = record(&db, Changeset::new().actor("user:1").scope(work))
        .await
        .unwrap();
    assert_eq!(recorded.output, Ok(()));
    recorded.assert_changes([inserted(product::Entity, 1).with("name", "lamp")]);
    assert_eq!(recorded.changesets()[0].actor.as_deref(), Some("user:1"));

    let transaction = db.begin().await.unwrap();
    let recorded = record(&transaction, lamp(&transaction, 2)).await.unwrap();
    recorded.assert_changes([inserted(product::Entity, 2)]);
}

#[tokio::test]
async fn a_changeset_that_is_open_around_it() {
    let db = plain().await;
    let test = Changeset::new().scope(async {
        let transaction = db.begin().await.unwrap();
        lamp(&transaction, 1).await.unwrap();
        let recorded = record(&transaction, lamp(&transaction, 2)).await.unwrap();
        lamp(&transaction, 3).await.unwrap();
        recorded
    });
    test.await.assert_changes([inserted(product::Entity, 2)]);
}

#[tokio::test]
async fn what_the_hook_refuses_is_not_recorded() {
    let db = plain().await;
    let recorded = record(&db, lamp(&db, 1)).await.unwrap();
    let refused: Result<_, DbErr> = recorded.output.as_ref().map(|_| ()).map_err(Clone::clone);
    assert!(crate::CaptureError::of(&refused.unwrap_err()).is_some());
    recorded.assert_nothing();
}

#[tokio::test]
async fn a_log_of_another_name() {
    let db = plain().await;
    let tables = LogTables::new().prefix("audit_").unwrap();
    changesets_migration::up(&db, &tables).await.unwrap();
    let recording = Recording::on(&db).log_tables(tables);
    assert!(format!("{recording:?}").contains("audit_"));
    let other = db.begin().await.unwrap();
    lamp(&other, 1).await.unwrap();
    other.commit().await.unwrap();
    recording.run(async {}).await.unwrap().assert_nothing();
}
