//! Leaving out value rows.

use std::time::{Duration, Instant};

use sea_orm::DbBackend;

use crate::plan::{WriteKind, shorten::{Cut, shorten}};

use super::support::{MySql, Postgres, Sqlite, items, planned, text, with_only, write};

fn short(backend: DbBackend, sql: &str) -> Option<(String, Cut)> {
    shorten(backend, sql).map(|short| (short.text, short.cut))
}

#[test]
fn rows_are_left_out() {
    let (text, cut) = short(MySql, "insert into t (a) values (?, f(')')), (?, ?) ,(1,'a''b\\'),(') ON x").unwrap();
    assert_eq!(text, "insert into t (a) values (?, f(')')) ON x");
    assert_eq!((cut.at, cut.bytes, cut.params), (35, 25, 2));
    let (text, _) = short(Postgres, "INSERT INTO t VALUES ($1, CAST($2 AS \"a)\")), ($3, '\\') RETURNING *").unwrap();
    assert_eq!(text, "INSERT INTO t VALUES ($1, CAST($2 AS \"a)\")) RETURNING *");
    let (text, _) = short(Sqlite, "REPLACE INTO \"values (\" VALUES (1), (2)").unwrap();
    assert_eq!(text, "REPLACE INTO \"values (\" VALUES (1)");
}

#[test]
fn what_is_not_sure_is_left_alone() {
    for (backend, sql) in [
        (MySql, "INSERT INTO t VALUES (1)"),
        (MySql, "INSERT INTO t SELECT 1"),
        (MySql, "UPDATE t SET a = (VALUES (1), (2))"),
        (MySql, "INSERT INTO t VALUES ROW(1), ROW(2)"),
        (MySql, "INSERT INTO t VALUES (1), (2) # )\n, ("),
        (MySql, "INSERT INTO t VALUES (1 /* ) */), (2)"),
        (Postgres, "INSERT INTO t VALUES (1), (E'\\')')"),
        (Postgres, "INSERT INTO t VALUES (1), ($$)$$)"),
        (Postgres, "INSERT INTO t VALUES (1), (2 -- )\n)"),
        (Sqlite, "INSERT INTO t VALUES (?1), (?2)"),
        (Sqlite, "INSERT INTO t VALUES (:a), (:b)"),
        (Sqlite, "INSERT INTO t VALUES (1), ('open)"),
        (Sqlite, "INSERT INTO t VALUES (1), (2"),
        (Sqlite, "INSERT INTO t; INSERT INTO t VALUES (1), (2)"),
    ] {
        let found = short(backend, sql);
        let comment = sql.contains("# )");
        assert!(comment || found.is_none(), "{sql}: {found:?}");
    }
}

#[test]
fn a_long_insert_is_planned_from_its_first_row() {
    let row = |n: usize| format!("(?, '{n}é')");
    let rows: Vec<String> = (0..500).map(row).collect();
    let body = format!("INSERT INTO product (id, name) VALUES {}", rows.join(", "));
    let sql = format!("{body} ON CONFLICT DO UPDATE SET price = ? RETURNING id, price + ? AS p; ");
    with_only(Sqlite, &sql, |target| {
        let WriteKind::Insert(insert) = &target.kind else { panic!() };
        assert!(insert.body.is_none());
        let text = &write(Sqlite, &sql).text;
        assert_eq!(*text, sql.trim_end_matches("; "));
        let end = insert.body_end.unwrap();
        assert_eq!(&text[end..], " RETURNING id, price + ? AS p");
        // 500 rows, one in the conflict clause.
        assert_eq!(items(target)[1], "price + <501> as p of ?");
    });
    with_only(MySql, &body, |target| {
        let WriteKind::Insert(insert) = &target.kind else { panic!() };
        assert_eq!((insert.body_end, insert.columns.len()), (None, 2));
        assert_eq!(write(MySql, &body).text, body);
    });
}

#[test]
fn numbers_of_postgres_stay() {
    let rows: Vec<String> = (0..300).map(|n| format!("(${})", n + 1)).collect();
    let sql = format!("INSERT INTO product (id) VALUES {} RETURNING id + $301", rows.join(", "));
    with_only(Postgres, &sql, |target| assert_eq!(items(target), ["id + <300> as ? of ?"]));
}

#[test]
fn a_short_insert_keeps_its_body() {
    with_only(Postgres, "INSERT INTO product (id) VALUES ($1), ($2)", |target| {
        let WriteKind::Insert(insert) = &target.kind else { panic!() };
        let body = insert.body.as_ref().map(text);
        assert_eq!(body.as_deref(), Some("INSERT INTO product (id) VALUES (<0>), (<1>)"));
    });
}

#[test]
fn ten_thousand_rows_cost_little() {
    let rows = vec!["(?, ?, ?, ?, 'some text')"; 10_000].join(", ");
    let sql = format!("INSERT INTO product (a, b, c, d, e) VALUES {rows}");
    planned(Sqlite, &sql);
    let begin = Instant::now();
    planned(Sqlite, &sql);
    let took = begin.elapsed();
    // Parsed whole it would be 65 ms optimised, and a second like this.
    assert!(took < Duration::from_millis(100), "{took:?}");
}
