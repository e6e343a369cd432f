use super::*;

#[test]
fn modifiers_of_mysql_are_not_the_table() {
    check(
        &[MySql],
        "write",
        &[
            "UPDATE IGNORE users SET a = 1",
            "UPDATE LOW_PRIORITY IGNORE users SET a = 1",
            "DELETE LOW_PRIORITY QUICK IGNORE FROM users WHERE a = 1",
        ],
    );
    check(&[MySql], "refuse", &["UPDATE IGNORE changesets SET a = 1"]);
}

#[test]
fn what_the_parser_takes_for_something_else_is_refused() {
    check(
        &[Postgres],
        "refuse",
        &[
            "UPDATE ONLY users SET a = 1",
            "UPDATE ONLY (users) SET a = 1",
            "DELETE FROM ONLY users",
            "(WITH x AS (DELETE FROM users RETURNING a) SELECT * FROM x)",
            "COPY (DELETE FROM users RETURNING a) TO STDOUT",
            "CREATE TABLE g AS WITH d AS (DELETE FROM users RETURNING a) SELECT * FROM d",
            "TRUNCATE other CASCADE",
        ],
    );
    check(
        &[MySql],
        "refuse",
        &[
            "ANALYZE UPDATE users SET a = 1",
            "ALTER TABLE users TRUNCATE PARTITION p0",
        ],
    );
    check(&[Postgres], "control", &["PREPARE TRANSACTION 'a'"]);
    check(&[MySql], "control", &["XA START 'a'"]);
    check(
        &[Postgres],
        "pass",
        &["TRUNCATE other", "COPY (SELECT 1) TO STDOUT"],
    );
}

#[test]
fn returned_columns_of_joined_tables_keep_their_table() {
    let sql = "UPDATE users u SET a = 1 FROM other t WHERE u.id = t.id RETURNING u.id, t.id, a";
    let write = write(Postgres, sql);
    let items = main(&write).returning.as_deref().unwrap();
    let own: Vec<bool> = items
        .iter()
        .map(|item| matches!(item, ReturnItem::Column { .. }))
        .collect();
    assert_eq!(own, [true, false, false]);
    check(
        &[Postgres],
        "refuse",
        &["UPDATE users SET a = 1 FROM other RETURNING *"],
    );
}
