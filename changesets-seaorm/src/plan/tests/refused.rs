//! What cannot be recorded is refused, and only that.

use super::support::{ALL, MySql, Postgres, Sqlite, assert_passes, refusal};

#[test]
fn kinds_of_statements() {
    let cases = [
        (Postgres, "MERGE INTO product p USING s ON p.id = s.id WHEN MATCHED THEN DELETE", "MERGE"),
        (Postgres, "WITH s AS (SELECT 1 AS id) MERGE INTO product USING s ON s.id = product.id WHEN MATCHED THEN DELETE", "MERGE"),
        (Postgres, "COPY product FROM STDIN", "COPY"),
        (Postgres, "COPY public.product (id, name) FROM '/tmp/a' WITH (FORMAT csv)", "COPY"),
        (Postgres, "TRUNCATE product", "TRUNCATE"),
        (Postgres, "TRUNCATE TABLE ONLY other, public.product RESTART IDENTITY", "TRUNCATE"),
        (Postgres, "TRUNCATE other CASCADE", "TRUNCATE … CASCADE"),
        (MySql, "TRUNCATE TABLE product", "TRUNCATE"),
        (MySql, "LOAD DATA LOCAL INFILE 'a' REPLACE INTO TABLE product", "LOAD DATA"),
        (MySql, "UPDATE product p JOIN tag t ON t.id = p.id SET p.price = 1", "multi-table UPDATE"),
        (MySql, "UPDATE other o, product SET price = 1", "multi-table UPDATE"),
        (MySql, "UPDATE product, other SET other.price = 1, product.price = 2", "multi-table UPDATE"),
        (MySql, "DELETE product FROM product JOIN tag ON tag.id = product.id", "multi-table DELETE"),
        (MySql, "DELETE o, p.* FROM other o INNER JOIN product AS p ON o.id = p.id", "multi-table DELETE"),
        (MySql, "DELETE FROM product USING product JOIN other ON other.id = product.id", "multi-table DELETE"),
        (Postgres, "UPDATE ONLY product SET price = 1", "UPDATE ONLY"),
        (Postgres, "DELETE FROM ONLY product", "DELETE FROM ONLY"),
        (Sqlite, "UPDATE OR REPLACE product SET price = 1", "UPDATE OR …"),
        (Sqlite, "INSERT OR FAIL INTO product (id) VALUES (1)", "INSERT OR …"),
        (Postgres, "EXPLAIN ANALYZE UPDATE product SET price = 1", "EXPLAIN ANALYZE"),
        (Postgres, "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM product", "EXPLAIN ANALYZE"),
        (MySql, "ANALYZE FORMAT=JSON UPDATE product SET price = 1", "EXPLAIN ANALYZE"),
        (Postgres, "CREATE TABLE gone AS WITH d AS (DELETE FROM product RETURNING *) SELECT * FROM d", "CREATE TABLE … AS"),
        (MySql, "ALTER TABLE product TRUNCATE PARTITION p0", "ALTER TABLE … PARTITION"),
        (Postgres, "UPDATE product SET price = 1 FROM tag RETURNING *", "RETURNING *"),
        (Postgres, "UPDATE product SET price = 1 FROM tag RETURNING product.*, tag.*", "RETURNING *"),
    ];
    for (backend, sql, kind) in cases {
        assert_eq!(refusal(backend, sql).kind, kind, "{sql}");
    }
}

#[test]
fn the_same_on_other_tables_passes() {
    let cases = [
        (Postgres, "MERGE INTO other USING product ON true WHEN MATCHED THEN DELETE"),
        (Postgres, "COPY product TO STDOUT"),
        (Postgres, "COPY (SELECT * FROM product) TO STDOUT"),
        (Postgres, "COPY other FROM STDIN"),
        (Postgres, "TRUNCATE other"),
        (MySql, "LOAD DATA INFILE 'a' INTO TABLE other"),
        (MySql, "UPDATE other o JOIN product p ON p.id = o.id SET o.price = p.price"),
        (MySql, "UPDATE other o, third SET price = 1"),
        (MySql, "DELETE o FROM other o JOIN product p ON p.id = o.id"),
        (MySql, "DELETE FROM other USING other JOIN product ON true"),
        (Postgres, "UPDATE ONLY other SET price = 1"),
        (Sqlite, "UPDATE OR REPLACE other SET price = 1"),
        (Postgres, "EXPLAIN ANALYZE SELECT * FROM product FOR UPDATE"),
        (Postgres, "EXPLAIN UPDATE product SET price = 1"),
        (Postgres, "ANALYZE product"),
        (MySql, "ANALYZE TABLE product"),
    ];
    for (backend, sql) in cases {
        assert_passes(backend, sql);
    }
    for backend in ALL {
        assert_passes(backend, "INSERT INTO other SELECT * FROM product");
        assert_passes(backend, "UPDATE other SET price = (SELECT max(price) FROM product)");
        assert_passes(backend, "DELETE FROM other WHERE id IN (SELECT id FROM product)");
        assert_passes(backend, "UPDATE other SET this IS unreadable");
    }
}

#[test]
fn the_log_is_ours() {
    for backend in ALL {
        for sql in [
            "INSERT INTO change (id) VALUES (1)",
            "UPDATE change SET id = 1",
            "DELETE FROM change WHERE id IN (SELECT id FROM product)",
        ] {
            let refusal = refusal(backend, sql);
            assert_eq!((refusal.kind, refusal.table.as_str()), ("a write to the log", "change"));
        }
    }
    assert_eq!(refusal(Postgres, "TRUNCATE change").kind, "a write to the log");
}

#[test]
fn texts_that_cannot_be_read() {
    let unparsable = [
        (Postgres, "UPDATE product SET price = = 1"),
        (Postgres, "UPDATE product SET price = 1 WHERE CURRENT OF c"),
        (Postgres, "UPDATE product SET price = 1 WHERE"),
        (Postgres, "DELETE FROM product WHERE id = (1"),
        (Postgres, "UPDATE product SET price = 'open"),
        (MySql, "/*!50000 UPDATE product SET price = 1 */"),
        (MySql, "/*M!100000 DELETE */ FROM product"),
        (Sqlite, "UPDATE product INDEXED BY i SET price = 1 WHERE id = 1"),
        (Sqlite, "INSERT INTO product (id) VALUES (1) ON CONFLICT DO UPDATE SET price = 1 RETURNING"),
        (Postgres, "FROBNICATE product AND DELETE it"),
        (Postgres, "(WITH x AS (DELETE FROM product RETURNING id) SELECT * FROM x)"),
        (Postgres, "WITH x AS (WITH y AS (DELETE FROM product RETURNING id) SELECT * FROM y) SELECT * FROM x"),
        (Postgres, "UPDATE other SET a = 1 FROM (WITH y AS (DELETE FROM product RETURNING id) SELECT 1) z"),
        (Postgres, "COPY (DELETE FROM product RETURNING id) TO STDOUT"),
        (Postgres, "UPDATE product SET price = 1 RETURNING WITH (OLD AS o) o.price"),
    ];
    for (backend, sql) in unparsable {
        let refusal = refusal(backend, sql);
        assert_eq!((refusal.kind, refusal.table.as_str()), ("an unparsable statement", "product"), "{sql}");
    }
    for (backend, sql) in [
        (Postgres, "FROBNICATE other AND DELETE it"),
        (Postgres, "FROBNICATE product"),
        (Postgres, "UPDATE other SET price = 'open"),
        (MySql, "/*!40101 SET NAMES utf8 */"),
        (MySql, "SELECT /*!40001 SQL_NO_CACHE */ * FROM product"),
        (Postgres, "(SELECT * FROM product FOR UPDATE)"),
        (Postgres, "WITH RECURSIVE x AS (SELECT replace(a, 'b', 'c') FROM product) SEARCH DEPTH FIRST BY a SET o SELECT 1"),
    ] {
        assert_passes(backend, sql);
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    let refusal = refusal(MySql, "UPDATE shop.product p JOIN tag t ON true SET p.price = 1");
    assert_eq!(refusal.table, "shop.product");
    assert_eq!(
        refusal.why,
        "it names several tables; name the one whose rows change, and the others in a subquery"
    );
}
