//! The cheap look.

use crate::plan::is_plain_read;

#[test]
fn reads() {
    for sql in [
        "SELECT 1",
        " \n-- a\n/* b */ ((select * from product) union select 1)",
        "SELECT * FROM product FOR UPDATE",
        "SELECT 1;  \n",
        "VALUES (1)",
        "TABLE product",
        "SHOW TABLES",
        "EXPLAIN DELETE FROM product",
        "DESCRIBE product",
        "PRAGMA table_info(product)",
    ] {
        assert!(is_plain_read(sql), "{sql}");
    }
}

#[test]
fn everything_else() {
    for sql in [
        "",
        "-- SELECT 1",
        "SELECTED",
        "SELECT 1; DELETE FROM product",
        "WITH x AS (DELETE FROM product RETURNING id) SELECT * FROM x",
        "(WITH x AS (DELETE FROM product RETURNING id) SELECT * FROM x)",
        "SELECT * INTO copy FROM product",
        "EXPLAIN ANALYZE DELETE FROM product",
        "explain (analyze) delete from product",
        "EXPLAIN (analyse) DELETE FROM product",
        "PRAGMA foreign_keys = ON",
        "PRAGMA foreign_keys(1)",
        "/*! DELETE FROM product */ SELECT 1",
        "/*M! DELETE FROM product */ SELECT 1",
        "/* /* */ DELETE FROM product /* */",
        "/* open",
        "UPDATE product SET price = 1",
        "select_rows()",
        "SELECT ';a'",
    ] {
        assert!(!is_plain_read(sql), "{sql}");
    }
}
