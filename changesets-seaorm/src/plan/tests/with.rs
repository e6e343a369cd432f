//! `WITH` lists.

use crate::plan::{CteBody, Main, Plan, WriteKind};

use super::support::{MySql, Postgres, Sqlite, assert_passes, items, kind, planned, refusal, text, write};

#[test]
fn writes_in_the_list() {
    let sql = "WITH gone (a, b) AS NOT MATERIALIZED (DELETE FROM product WHERE id = $2 RETURNING id, name), \
               made AS (INSERT INTO tag (name) SELECT b FROM gone ON CONFLICT DO NOTHING RETURNING *), \
               other AS (INSERT INTO other VALUES ($1)), \
               read AS MATERIALIZED (SELECT $3::int) \
               SELECT * FROM gone, made WHERE a = $1";
    let write = write(Postgres, sql);
    assert!(!write.recursive);
    assert_eq!(write.text, sql);
    let heads: Vec<&str> = write.ctes.iter().map(|cte| cte.head.as_str()).collect();
    assert_eq!(heads, ["gone (a, b) AS NOT MATERIALIZED", "made AS", "other AS", "read AS MATERIALIZED"]);
    let CteBody::Write(gone) = &write.ctes[0].body else { panic!() };
    assert_eq!((kind(gone).as_str(), items(gone)), ("delete 0", vec!["id".to_owned(), "name".to_owned()]));
    let CteBody::Write(made) = &write.ctes[1].body else { panic!() };
    assert_eq!(kind(made), "try insert 1");
    let WriteKind::Insert(insert) = &made.kind else { panic!() };
    assert_eq!(insert.body_end, None);
    let body = insert.body.as_ref().map(text).unwrap();
    assert_eq!(body, "INSERT INTO tag (name) SELECT b FROM gone ON CONFLICT DO NOTHING");
    let CteBody::OtherWrite(other) = &write.ctes[2].body else { panic!() };
    assert_eq!(text(other), "INSERT INTO other VALUES (<0>)");
    let CteBody::Query(read) = &write.ctes[3].body else { panic!() };
    assert_eq!(text(read), "SELECT <2>::int");
    let Main::Query(main) = &write.main else { panic!() };
    assert_eq!(text(main), "SELECT * FROM gone, made WHERE a = <0>");
}

#[test]
fn writes_after_the_list() {
    for backend in [MySql, Postgres, Sqlite] {
        let sql = "WITH RECURSIVE x AS (SELECT 1 AS id UNION SELECT id + 1 FROM x WHERE id < 5) \
                   UPDATE product SET price = 1 WHERE id IN (SELECT id FROM x)";
        let write = write(backend, sql);
        assert!(write.recursive);
        let Main::Write(target) = &write.main else { panic!() };
        assert_eq!(kind(target), "update 0");
    }
    let sql = "WITH x AS (UPDATE product SET price = 1 RETURNING id) INSERT INTO other SELECT id FROM x";
    let Main::Other(main) = &write(Postgres, sql).main else { panic!() };
    assert_eq!(text(main), "INSERT INTO other SELECT id FROM x");
    let sql = "WITH x AS (SELECT 1) INSERT INTO product (id) SELECT * FROM x RETURNING id";
    let write = write(Postgres, sql);
    let Main::Write(target) = &write.main else { panic!() };
    let WriteKind::Insert(insert) = &target.kind else { panic!() };
    assert_eq!(insert.body_end, None);
    let body = insert.body.as_ref().map(text).unwrap();
    assert_eq!(body, "INSERT INTO product (id) SELECT * FROM x");
}

#[test]
fn lists_that_do_not_concern_us() {
    for sql in [
        "WITH x AS (SELECT * FROM product) SELECT * FROM x",
        "WITH x AS (SELECT * FROM product) DELETE FROM other",
        "WITH x AS (DELETE FROM other RETURNING id) SELECT * FROM x, product",
        "WITH x AS (DELETE FROM other RETURNING id) SELECT * FROM product FOR UPDATE OF product",
    ] {
        assert_passes(Postgres, sql);
    }
    let sql = "WITH x AS (DELETE FROM change) SELECT 1";
    assert_eq!(refusal(Postgres, sql).kind, "a write to the log");
}

#[test]
fn a_long_insert_after_a_list_is_not_shortened() {
    let rows = vec!["(1)"; 500].join(", ");
    let sql = format!("WITH x AS (SELECT 1) INSERT INTO product (id) VALUES {rows}");
    let Plan::Write(write) = planned(Postgres, &sql) else { panic!() };
    let Main::Write(target) = &write.main else { panic!() };
    let WriteKind::Insert(insert) = &target.kind else { panic!() };
    assert!(insert.body.is_some());
}
