//! SQL as text, and writes inside `WITH`: rows 25 to 27 of the write paths.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Statement,
    TransactionTrait,
    sea_query::{CommonTableExpression, Query, SubQueryStatement, WithClause},
};

use crate::expected::{assert_log, category as line, tag_deleted, tag_inserted, tag_renamed};
use crate::shop::{self, setting, tag};
use crate::tracked::{assert_replay, lines, shop_tables, tracked_shop};
use crate::{Backend, TestDb};

/// A statement with parameters where the text has `?`.
fn statement<const N: usize>(db: &TestDb, sql: &str, values: [sea_orm::Value; N]) -> Statement {
    let mut text = String::new();
    for (n, part) in sql.split('?').enumerate() {
        if n > 0 {
            text.push_str(&db.backend().placeholder(n));
        }
        text.push_str(part);
    }
    Statement::from_sql_and_values(db.backend().db_backend(), text, values)
}

async fn insert_tags<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    tag::Entity::insert_many(["red", "blue"].map(shop::a_tag))
        .exec(db)
        .await?;
    Ok(())
}

fn after_tags(more: &[String]) -> Vec<String> {
    let mut lines = vec![tag_inserted(1, "red"), tag_inserted(2, "blue")];
    lines.extend_from_slice(more);
    lines
}

/// `WITH gone AS (DELETE FROM setting .. RETURNING value) SELECT value FROM gone`, as a `WithQuery`
/// and as a `SELECT` that carries it.
pub async fn writing_cte_as_with_query(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().writing_ctes() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let put = "INSERT INTO setting VALUES ('\\x01', 'one'), ('\\x02', 'two')";
    tracked.execute_unprepared(put).await?;
    for (key, value) in [(1_u8, "one"), (2, "two")] {
        let mut delete = Query::delete();
        delete
            .from_table(setting::Entity)
            .and_where(setting::Column::Key.eq(vec![key]))
            .returning_col(setting::Column::Value);
        let mut gone = CommonTableExpression::new();
        gone.table_name("gone")
            .column("value")
            .query(SubQueryStatement::DeleteStatement(delete));
        let with = WithClause::new().cte(gone).to_owned();
        let mut select = Query::select();
        select.column("value").from("gone");
        let row = if key == 1 {
            tracked.query_one(&select.with(with)).await?
        } else {
            tracked.query_one(select.with_cte(with)).await?
        };
        let row = row.expect("the deleted row");
        assert_eq!(row.try_get::<String>("", "value")?, value);
    }
    assert_log(
        &tracked,
        &[
            r#"insert setting 01 {"key":"01","value":"one"}"#,
            r#"insert setting 02 {"key":"02","value":"two"}"#,
            r#"delete setting 01 {"key":"01","value":"one"}"#,
            r#"delete setting 02 {"key":"02","value":"two"}"#,
        ],
    )
    .await;
    Ok(())
}

pub async fn writing_cte_as_text(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().writing_ctes() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let sql = "WITH new AS (INSERT INTO category (code, name) VALUES (?, 'n') RETURNING code), \
               put AS (INSERT INTO setting VALUES ('\\x0a', 'v') RETURNING value) \
               UPDATE tag SET name = ? FROM new WHERE tag.id = 1 RETURNING tag.name, new.code";
    let statement = statement(&db, sql, ["c".into(), "pink".into()]);
    let row = tracked.query_one_raw(statement).await?.expect("a row");
    assert_eq!(row.try_get::<String>("", "name")?, "pink");
    assert_eq!(row.try_get::<String>("", "code")?, "c");
    let mut found = lines(tracked.untracked()).await;
    found.sort();
    let mut expected = after_tags(&[
        tag_renamed(1, "red", "pink"),
        line("insert", "c", "n", None),
        r#"insert setting 0a {"key":"0a","value":"v"}"#.to_owned(),
    ]);
    expected.sort();
    assert_eq!(
        found, expected,
        "in whichever order one statement's writes come"
    );
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// `WITH` before the `SELECT` of an insert: no write in it, but the insert is one.
pub async fn insert_with_a_reading_cte(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let sql = "INSERT INTO category (code, name) \
               WITH picked AS (SELECT name FROM tag WHERE id = ?) SELECT name, name FROM picked";
    let done = tracked.execute_raw(statement(&db, sql, [2.into()])).await?;
    assert_eq!(done.rows_affected(), 1);
    let mut expected = after_tags(&[line("insert", "blue", "blue", None)]);
    if !db.backend().is_mysql() {
        let sql = "WITH picked AS (SELECT name FROM tag WHERE id = ?) \
                   INSERT INTO category (code, name) SELECT name, name FROM picked";
        let done = tracked.execute_raw(statement(&db, sql, [1.into()])).await?;
        assert_eq!(done.rows_affected(), 1);
        expected.push(line("insert", "red", "red", None));
    }
    assert_log(&tracked, &expected).await;
    Ok(())
}

pub async fn execute_raw(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let insert = statement(&db, "INSERT INTO tag (name) VALUES (?)", ["green".into()]);
    let done = tracked.execute_raw(insert).await?;
    assert_eq!(done.rows_affected(), 1);
    if db.backend().is_mysql() {
        assert_eq!(done.last_insert_id(), 3);
    }
    let sql = "UPDATE tag SET name = ? WHERE name = ?";
    let update = statement(&db, sql, ["pink".into(), "red".into()]);
    assert_eq!(tracked.execute_raw(update).await?.rows_affected(), 1);
    let delete = statement(&db, "DELETE FROM tag WHERE id > ?", [1.into()]);
    assert_eq!(tracked.execute_raw(delete).await?.rows_affected(), 2);
    assert_log(
        &tracked,
        &after_tags(&[
            tag_inserted(3, "green"),
            tag_renamed(1, "red", "pink"),
            tag_deleted(2, "blue"),
            tag_deleted(3, "green"),
        ]),
    )
    .await;
    Ok(())
}

/// Parameters that are counted, not in the order of the text: SQLite's and PostgreSQL's.
pub async fn parameters_by_number(db: TestDb) -> Result<(), DbErr> {
    let mark = match db.backend() {
        Backend::Sqlite => '?',
        Backend::Postgres => '$',
        Backend::MySql => return Ok(()),
    };
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let sql = format!("UPDATE tag SET name = {mark}2 WHERE id = {mark}1 OR id = {mark}1");
    let backend = db.backend().db_backend();
    let update = Statement::from_sql_and_values(backend, sql, [2.into(), "navy".into()]);
    let result = tracked.execute_raw(update).await?;
    assert_eq!(result.rows_affected(), 1);
    assert_log(&tracked, &after_tags(&[tag_renamed(2, "blue", "navy")])).await;
    Ok(())
}

/// `DELETE .. RETURNING` and `INSERT .. RETURNING`, which MariaDB has too.
pub async fn query_one_raw_and_query_all_raw(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let sql = "INSERT INTO tag (name) VALUES (?), (?) RETURNING id, name";
    let insert = statement(&db, sql, ["green".into(), "grey".into()]);
    let rows = tracked.query_all_raw(insert).await?;
    let ids: Result<Vec<i32>, _> = rows.iter().map(|row| row.try_get("", "id")).collect();
    assert_eq!(ids?, [3, 4]);
    let sql = "DELETE FROM tag WHERE name = ? RETURNING id";
    let delete = || statement(&db, sql, ["red".into()]);
    let row = tracked.query_one_raw(delete()).await?.expect("the row");
    assert_eq!(row.try_get::<i32>("", "id")?, 1);
    assert!(tracked.query_one_raw(delete()).await?.is_none());
    assert_log(
        &tracked,
        &after_tags(&[
            tag_inserted(3, "green"),
            tag_inserted(4, "grey"),
            tag_deleted(1, "red"),
        ]),
    )
    .await;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Gone {
    id: i32,
    name: String,
}

pub async fn find_from_raw_sql_and_find_by_statement(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let sql = "DELETE FROM tag WHERE id = ? RETURNING id, name";
    let model = tag::Entity::find()
        .from_raw_sql(statement(&db, sql, [1.into()]))
        .one(&tracked)
        .await?;
    assert_eq!(model.expect("the row").name, "red");
    let gone = Gone::find_by_statement(statement(&db, sql, [2.into()]))
        .all(&tracked)
        .await?;
    assert_eq!((gone[0].id, gone[0].name.as_str()), (2, "blue"));
    assert_log(
        &tracked,
        &after_tags(&[tag_deleted(1, "red"), tag_deleted(2, "blue")]),
    )
    .await;
    Ok(())
}

/// `UPDATE OR IGNORE`, `UPDATE IGNORE`: the row that cannot be updated stays, is not counted, and is no
/// change.
pub async fn update_that_passes_over_its_row(db: TestDb) -> Result<(), DbErr> {
    let Some(update) = db.backend().update_ignore() else {
        return Ok(());
    };
    let tracked = tracked_shop(&db).await;
    insert_tags(&tracked).await?;
    let transaction = tracked.begin().await?;
    for (name, counted) in [("blue", 0), ("pink", 1)] {
        let sql = format!("{update} tag SET name = ? WHERE id = 1");
        let update = statement(&db, &sql, [name.into()]);
        let done = transaction.execute_raw(update).await?;
        // MySQL counts the rows it found.
        let found = if db.backend().is_mysql() { 1 } else { counted };
        assert_eq!(done.rows_affected(), found, "{name}");
    }
    transaction.commit().await?;
    assert_log(&tracked, &after_tags(&[tag_renamed(1, "red", "pink")])).await;
    Ok(())
}

/// An update that is asked for rows, and has none to give, is done once.
pub async fn update_that_gives_no_rows(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let id = shop::a_product("pot", 100).insert(&tracked).await?.id;
    let before = lines(tracked.untracked()).await.len();
    let restock = || {
        statement(
            &db,
            "UPDATE product SET stock = stock + 1 WHERE id = ?",
            [id.into()],
        )
    };
    assert!(tracked.query_one_raw(restock()).await?.is_none());
    assert!(tracked.query_all_raw(restock()).await?.is_empty());
    let transaction = tracked.begin().await?;
    assert!(transaction.query_one_raw(restock()).await?.is_none());
    transaction.commit().await?;
    let recorded = lines(tracked.untracked()).await;
    let expected = [(10, 11), (11, 12), (12, 13)]
        .map(|(from, to)| format!(r#"update product {id} {{"stock":[{from},{to}]}}"#));
    assert_eq!(recorded[before..], expected);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
