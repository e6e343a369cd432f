use super::*;

#[test]
fn transaction_control_is_told() {
    check(
        &ALL,
        "control",
        &[
            "BEGIN",
            "COMMIT;",
            "ROLLBACK",
            "SAVEPOINT a",
            "RELEASE SAVEPOINT a",
            "ROLLBACK TO SAVEPOINT a",
        ],
    );
    check(&[Sqlite], "control", &["BEGIN IMMEDIATE", "END"]);
}

#[test]
fn the_schema_changes() {
    check(
        &ALL,
        "schema",
        &[
            "CREATE TABLE a (b int)",
            "DROP TABLE users",
            "ALTER TABLE users ADD COLUMN c int",
        ],
    );
}

#[test]
fn reads_pass() {
    check(
        &ALL,
        "pass",
        &[
            "",
            ";",
            "SELECT * FROM users",
            "WITH a AS (SELECT 1) SELECT * FROM users, a",
            "EXPLAIN SELECT * FROM users",
            "EXPLAIN DELETE FROM users",
            "SELECT 1; SELECT 2",
            "INSERT INTO other VALUES (1)",
        ],
    );
    assert!(is_plain_read(" select 1"));
    assert!(!is_plain_read("SELECT 1; DELETE FROM users"));
    assert!(!is_plain_read("sélect"));
}

#[test]
fn what_tells_no_rows_is_refused() {
    check(
        &[MySql, Postgres],
        "refuse",
        &["TRUNCATE TABLE users", "EXPLAIN ANALYZE DELETE FROM users"],
    );
    check(
        &[Postgres],
        "refuse",
        &[
            "EXPLAIN (ANALYZE, VERBOSE) DELETE FROM users",
            "COPY users FROM STDIN",
            "MERGE INTO users USING a ON a.id = users.id WHEN MATCHED THEN DELETE",
        ],
    );
    check(
        &[MySql],
        "refuse",
        &[
            "DELETE users FROM users JOIN a ON a.id = users.id",
            "DELETE FROM users USING users JOIN a",
            "UPDATE users, a SET users.b = 1",
            "LOAD DATA INFILE 'a' INTO TABLE users",
        ],
    );
    check(
        &ALL,
        "refuse",
        &["FROBNICATE users", "DELETE FROM users WHERE )"],
    );
}
