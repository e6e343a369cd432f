//! Several statements in one text, streams that write, and `TRUNCATE`: rows 28, 29 and 40 of the
//! write paths.

use changesets_seaorm::{CaptureError, Changeset};
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, QueryResult, Statement, StreamTrait,
    TransactionTrait,
    sea_query::{Query, Table},
};

use crate::TestDb;
use crate::expected::{assert_log, tag_deleted, tag_inserted, tag_renamed};
use crate::shop::{self, setting, tag};
use crate::tracked::{headers, tracked_shop};

const SCRIPT: &str = "INSERT INTO tag (name) VALUES ('a;b'); -- not the end; of it
    INSERT INTO tag (name) VALUES ('it''s');
    UPDATE tag SET name = 'pink' WHERE id = 1;
    SELECT 1; /* nor; this */
    DELETE FROM tag WHERE id = 2;";

/// What [`SCRIPT`] leaves.
fn script_lines() -> [String; 4] {
    [
        tag_inserted(1, "a;b"),
        tag_inserted(2, "it's"),
        tag_renamed(1, "a;b", "pink"),
        tag_deleted(2, "it's"),
    ]
}

pub async fn execute_unprepared_with_several_statements(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tracked.execute_unprepared(SCRIPT).await?;
    assert_log(&tracked, &script_lines()).await;
    Ok(())
}

pub async fn execute_unprepared_in_a_transaction(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            let transaction = tracked.begin().await?;
            transaction.execute_unprepared(SCRIPT).await?;
            transaction.commit().await
        })
        .await?;
    assert_log(&tracked, &script_lines()).await;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    Ok(())
}

/// The statements before the one that fails stay, or not, as on a plain connection.
pub async fn execute_unprepared_that_fails_halfway(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let script = "INSERT INTO tag (name) VALUES ('a'); INSERT INTO tag (name) VALUES ('b'), ('b')";
    tracked.execute_unprepared(script).await.unwrap_err();
    if db.backend().is_postgres() {
        assert_eq!(db.count("tag").await, 0);
        assert_log(&tracked, &[""; 0]).await;
    } else {
        assert_eq!(db.count("tag").await, 1);
        assert_log(&tracked, &[tag_inserted(1, "a")]).await;
    }
    Ok(())
}

fn id_of(row: &QueryResult) -> Result<i32, DbErr> {
    row.try_get("", "id")
}

pub async fn stream_of_a_statement(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().returning() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let mut insert = Query::insert();
    insert
        .into_table(tag::Entity)
        .columns([tag::Column::Name])
        .values_panic(["red".into()])
        .values_panic(["blue".into()])
        .returning_all();
    let rows: Vec<_> = tracked.stream(&insert).await?.try_collect().await?;
    let ids: Result<Vec<_>, _> = rows.iter().map(id_of).collect();
    assert_eq!(ids?, [1, 2]);
    let mut update = Query::update();
    update
        .table(tag::Entity)
        .value(tag::Column::Name, "pink")
        .and_where(sea_orm::ColumnTrait::eq(&tag::Column::Id, 1))
        .returning_col(tag::Column::Id);
    let transaction = tracked.begin().await?;
    let rows: Vec<_> = transaction.stream(&update).await?.try_collect().await?;
    assert_eq!(id_of(&rows[0])?, 1);
    transaction.commit().await?;
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            tag_renamed(1, "red", "pink"),
        ],
    )
    .await;
    Ok(())
}

/// Also one that nobody reads to its end.
pub async fn stream_raw(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let statement = |sql: &str| Statement::from_string(db.backend().db_backend(), sql);
    let insert = statement("INSERT INTO tag (name) VALUES ('red'), ('blue') RETURNING id");
    let mut rows = tracked.stream_raw(insert).await?;
    let first = rows.try_next().await?.expect("a row");
    assert_eq!(id_of(&first)?, 1);
    drop(rows);
    let delete = statement("DELETE FROM tag WHERE id = 2 RETURNING id");
    let rows: Vec<_> = tracked.stream_raw(delete).await?.try_collect().await?;
    assert_eq!(id_of(&rows[0])?, 2);
    let read = statement("SELECT id FROM tag");
    let rows: Vec<_> = tracked.stream_raw(read).await?.try_collect().await?;
    assert_eq!(rows.len(), 1);
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            tag_deleted(2, "blue"),
        ],
    )
    .await;
    Ok(())
}

/// SQLite has no `TRUNCATE`.
pub async fn truncate_statement_is_refused(db: TestDb) -> Result<(), DbErr> {
    if db.backend().is_sqlite() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    shop::a_tag("red").insert(&tracked).await?;
    for truncate in [
        Table::truncate().table(setting::Entity).to_owned(),
        Table::truncate().table(tag::Entity).to_owned(),
    ] {
        let error = tracked.execute(&truncate).await.unwrap_err();
        let Some(CaptureError::Uncapturable { table, kind, .. }) = CaptureError::of(&error) else {
            panic!("{error}");
        };
        assert!(["setting", "tag"].contains(&table.as_str()), "{table}");
        assert_eq!(kind, "TRUNCATE");
    }
    assert_eq!(db.count("tag").await, 1);
    assert_log(&tracked, &[tag_inserted(1, "red")]).await;
    Ok(())
}
