//! Statements that change the schema, the session or the transaction.

use crate::plan::Plan;

use super::support::{ALL, MySql, Postgres, Sqlite, assert_passes, assert_schema, planned};

#[test]
fn schema() {
    for backend in ALL {
        for sql in [
            "CREATE TABLE product (id INT PRIMARY KEY)",
            "ALTER TABLE product ADD COLUMN a INT REFERENCES b ON DELETE CASCADE ON UPDATE CASCADE",
            "DROP TABLE product",
            "CREATE INDEX i ON product (name)",
            "CREATE TABLE copy AS SELECT * FROM product",
            "CREATE TRIGGER t AFTER DELETE ON product BEGIN DELETE FROM tag; UPDATE product SET a = 1; END",
        ] {
            assert_schema(backend, sql);
        }
    }
    assert_schema(Postgres, "SELECT * INTO copy FROM product");
    assert_schema(Postgres, "WITH x AS (SELECT 1) SELECT * INTO copy FROM x");
    assert_schema(Postgres, "SET search_path TO shop");
    assert_schema(Postgres, "SET LOCAL search_path = shop");
    assert_schema(Sqlite, "PRAGMA foreign_keys = ON");
    assert_schema(Sqlite, "PRAGMA foreign_keys(1)");
    assert_schema(MySql, "RENAME TABLE product TO product2");
    assert_schema(MySql, "USE shop");
}

#[test]
fn passes() {
    for backend in ALL {
        for sql in [
            "",
            " ; -- nothing",
            "SELECT * FROM product",
            "SELECT ';' FROM product",
            "WITH x AS (SELECT 1) SELECT * FROM x, product FOR UPDATE",
            "SET NAMES 'utf8'",
            "SHOW TABLES",
            "CALL p(1)",
            "EXECUTE update_product(1)",
            "GRANT UPDATE ON product TO a",
            "VACUUM",
        ] {
            assert_passes(backend, sql);
        }
    }
    assert_passes(Postgres, "DO $$ BEGIN DELETE FROM product; END $$");
    assert_passes(Postgres, "PREPARE p AS DELETE FROM product");
    assert_passes(Postgres, "LOCK TABLE product IN EXCLUSIVE MODE");
    assert_passes(Sqlite, "PRAGMA foreign_keys");
    assert_passes(Sqlite, "PRAGMA table_info(product)");
    assert_passes(MySql, "SELECT id INTO @a FROM product");
    assert_passes(MySql, "SET @a = 1");
}

#[test]
fn transactions_as_text() {
    let kind = |backend, sql: &str| match planned(backend, sql) {
        Plan::TransactionControl { kind } => kind,
        other => panic!("{sql}: {other:?}"),
    };
    for backend in ALL {
        assert_eq!(kind(backend, "begin"), "BEGIN");
        assert_eq!(kind(backend, "START TRANSACTION"), "START");
        assert_eq!(kind(backend, "COMMIT;"), "COMMIT");
        assert_eq!(kind(backend, "ROLLBACK TO a"), "ROLLBACK");
        assert_eq!(kind(backend, "SAVEPOINT a"), "SAVEPOINT");
        assert_eq!(kind(backend, "RELEASE SAVEPOINT a"), "RELEASE");
    }
    assert_eq!(kind(Sqlite, "END"), "END");
    assert_eq!(kind(Postgres, "PREPARE TRANSACTION 'a'"), "PREPARE");
    assert_passes(Postgres, "SET TRANSACTION READ ONLY");
}
