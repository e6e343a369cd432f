//! Forms of the three writes beyond what SeaORM emits.

use crate::plan::{Conflict, InsertPlan, TableWrite, UpdatePlan, WriteKind};

use super::support::{ALL, MySql, Postgres, Sqlite, kind, optional, text, with_only, write};

fn insert(target: &TableWrite) -> &InsertPlan {
    match &target.kind {
        WriteKind::Insert(insert) => insert,
        other => panic!("{other:?}"),
    }
}

fn update(target: &TableWrite) -> &UpdatePlan {
    match &target.kind {
        WriteKind::Update(update) => update,
        other => panic!("{other:?}"),
    }
}

#[test]
fn update_in_parts() {
    let sql = "UPDATE public.product AS p SET name = 'a;b', price = price + $2 WHERE p.id = $1 -- end";
    with_only(Postgres, sql, |target| {
        assert_eq!((target.target.as_str(), target.alias.as_deref()), ("public.product", Some("p")));
        let update = update(target);
        assert_eq!(text(&update.set), "name = 'a;b', price = price + <1>");
        assert_eq!(update.assigned[1].column, "price");
        assert_eq!(text(&update.assigned[1].value), "price + <1>");
        assert_eq!(optional(update.filter.as_ref()), "p.id = <0>");
        assert!(!update.volatile);
    });
}

#[test]
fn names_are_folded_for_the_lookup_only() {
    with_only(Postgres, "UPDATE PRODUCT SET Name = 'a'", |target| {
        assert_eq!(target.target, "PRODUCT");
        assert_eq!(update(target).assigned[0].column, "name");
    });
    with_only(Postgres, r#"DELETE FROM "product" "P" WHERE "P".id = 1"#, |target| {
        assert_eq!(target.alias.as_deref(), Some(r#""P""#));
    });
    with_only(MySql, "UPDATE `shop`.`Product` SET `shop`.`Product`.`Name` = 'a'", |target| {
        assert_eq!(target.target, "`shop`.`Product`");
        assert_eq!(update(target).assigned[0].column, "Name");
    });
    with_only(Sqlite, "UPDATE main.[product] SET [name] = 'a'", |target| {
        assert_eq!(target.target, "main.[product]");
        assert_eq!(update(target).assigned[0].column, "name");
    });
    with_only(Sqlite, "DELETE FROM 'product'", |target| assert_eq!(target.target, "'product'"));
}

#[test]
fn quoted_names_of_another_case_are_other_tables() {
    super::support::assert_passes(Postgres, r#"UPDATE "Product" SET name = 'a'"#);
    super::support::assert_passes(Postgres, "UPDATE other.product SET name = 'a'");
}

#[test]
fn update_from() {
    for backend in [Postgres, Sqlite] {
        let sql = "UPDATE product SET price = s.price FROM sale AS s JOIN day d ON d.id = s.day \
                   WHERE s.id = product.id AND s.name IS DISTINCT FROM product.name";
        with_only(backend, sql, |target| {
            let update = update(target);
            assert_eq!(optional(update.from.as_ref()), "sale AS s JOIN day d ON d.id = s.day");
            let filter = "s.id = product.id AND s.name IS DISTINCT FROM product.name";
            assert_eq!(optional(update.filter.as_ref()), filter);
        });
    }
}

#[test]
fn assigning_tuples() {
    let columns = |target: &TableWrite| -> Vec<String> {
        let pair = |a: &crate::plan::Assigned| format!("{}={}", a.column, text(&a.value));
        update(target).assigned.iter().map(pair).collect()
    };
    with_only(Postgres, "UPDATE product SET (name, price) = ($1, 2), state = 'x'", |target| {
        assert_eq!(columns(target), ["name=<0>", "price=2", "state='x'"]);
    });
    let sql = "UPDATE product SET (name, price) = (SELECT a, b FROM c)";
    with_only(Sqlite, sql, |target| {
        let query = "(SELECT a, b FROM c)";
        assert_eq!(columns(target), [format!("name={query}"), format!("price={query}")]);
    });
}

#[test]
fn case_and_subqueries_do_not_end_clauses() {
    let sql = "UPDATE product SET price = CASE WHEN id IN (SELECT id FROM t WHERE x = ? LIMIT 1) \
               THEN ? ELSE (SELECT 1 FROM t ORDER BY a LIMIT 1) END WHERE id = ?";
    for backend in [MySql, Sqlite] {
        with_only(backend, sql, |target| {
            let update = update(target);
            assert_eq!(update.assigned.len(), 1);
            assert_eq!(optional(update.filter.as_ref()), "id = <2>");
            assert!(update.order_limit.is_none() && update.from.is_none());
        });
    }
}

#[test]
fn mysql_modifiers_are_no_tables() {
    for sql in [
        "UPDATE LOW_PRIORITY IGNORE product SET price = 1",
        "UPDATE IGNORE product SET price = 1",
        "UPDATE LOW_PRIORITY product SET price = 1",
    ] {
        with_only(MySql, sql, |target| assert_eq!(target.target, "product"));
    }
    with_only(MySql, "DELETE LOW_PRIORITY QUICK IGNORE FROM product WHERE id = 1", |target| {
        assert_eq!(kind(target), "delete 0");
    });
}

#[test]
fn order_and_limit() {
    let sql = "DELETE FROM product WHERE price < ? ORDER BY id DESC LIMIT ?";
    for backend in [MySql, Sqlite] {
        with_only(backend, sql, |target| {
            let WriteKind::Delete(delete) = &target.kind else { panic!() };
            assert_eq!(optional(delete.filter.as_ref()), "price < <0>");
            assert_eq!(optional(delete.order_limit.as_ref()), "ORDER BY id DESC LIMIT <1>");
            assert!(!delete.volatile);
        });
    }
    for (backend, sql) in [
        (MySql, "DELETE FROM product ORDER BY id LIMIT 1 RETURNING id"),
        (Sqlite, "DELETE FROM product RETURNING id ORDER BY id LIMIT 1"),
    ] {
        with_only(backend, sql, |target| {
            let WriteKind::Delete(delete) = &target.kind else { panic!() };
            assert_eq!(optional(delete.order_limit.as_ref()), "ORDER BY id LIMIT 1");
            assert_eq!(super::support::items(target), ["id"]);
        });
    }
}

#[test]
fn volatile_conditions() {
    for (backend, condition) in [
        (Postgres, "random() < 0.5"),
        (Postgres, "id = nextval('s')"),
        (Postgres, "at < clock_timestamp()"),
        (Sqlite, "id = abs(RANDOM()) % 3"),
        (MySql, "RAND() < 0.5"),
        (MySql, "uuid = UUID()"),
        // Which rows those are, the database decides anew each time.
        (MySql, "id > 1 LIMIT 10"),
    ] {
        let sql = format!("UPDATE product SET price = 1 WHERE {condition}");
        with_only(backend, &sql, |target| assert!(update(target).volatile, "{sql}"));
    }
    for condition in ["at < now()", "uuid = 'uuid()'", "random = 1", "id = 1 /* rand() */"] {
        let sql = format!("UPDATE product SET price = random() WHERE {condition}");
        with_only(Postgres, &sql, |target| assert!(!update(target).volatile, "{sql}"));
    }
}

#[test]
fn inserts_and_their_conflicts() {
    use Conflict::{DoNothing, DoUpdate, None, Replace};
    let cases = [
        (MySql, "INSERT INTO product VALUES (1, 'a')", None),
        (MySql, "INSERT product (id) VALUE (1)", None),
        (MySql, "INSERT INTO product () VALUES ()", None),
        (MySql, "INSERT IGNORE INTO product (id) VALUES (1)", DoNothing),
        (MySql, "REPLACE INTO product (id) VALUES (1)", Replace),
        (MySql, "REPLACE LOW_PRIORITY product SET id = 1", Replace),
        (MySql, "INSERT INTO product (id) VALUES (1) AS new ON DUPLICATE KEY UPDATE price = new.id", DoUpdate),
        (MySql, "INSERT INTO product SELECT * FROM a ON DUPLICATE KEY UPDATE price = 1", DoUpdate),
        (Sqlite, "INSERT OR IGNORE INTO product (id) VALUES (1)", DoNothing),
        (Sqlite, "INSERT OR REPLACE INTO product (id) VALUES (1)", Replace),
        (Sqlite, "INSERT OR ABORT INTO product (id) VALUES (1)", None),
        (Sqlite, "REPLACE INTO product (id) VALUES (1)", Replace),
        (Sqlite, "INSERT INTO product DEFAULT VALUES", None),
        (Sqlite, "INSERT INTO product AS p (id) VALUES (1) ON CONFLICT (id) WHERE id > 0 DO UPDATE SET price = p.price", DoUpdate),
        (Sqlite, "INSERT INTO product (id) VALUES (1) ON CONFLICT (id) DO NOTHING ON CONFLICT DO UPDATE SET price = 1", DoUpdate),
        (Sqlite, "INSERT INTO product (id) SELECT id FROM t WHERE true ON CONFLICT DO NOTHING", DoNothing),
        (Postgres, "INSERT INTO product AS p (id) VALUES ($1) ON CONFLICT (lower(name)) WHERE price > 0 DO UPDATE SET price = p.price WHERE p.price > 1", DoUpdate),
        (Postgres, "INSERT INTO product (id) VALUES ($1) ON CONFLICT ON CONSTRAINT product_pkey DO NOTHING", DoNothing),
        (Postgres, "INSERT INTO product (id) OVERRIDING SYSTEM VALUE VALUES (1)", None),
        (Postgres, "INSERT INTO product (id) WITH x AS (SELECT 1 AS id) SELECT id FROM x", None),
        (Postgres, "INSERT INTO product (SELECT * FROM a JOIN conflict ON conflict.id = a.id)", None),
        (Postgres, "INSERT INTO product SELECT a.* FROM a JOIN conflict ON conflict.id = a.id", None),
        (Postgres, "INSERT INTO product DEFAULT VALUES", None),
    ];
    for (backend, sql, expected) in cases {
        with_only(backend, sql, |target| {
            assert_eq!(insert(target).conflict, expected, "{sql}");
            assert_eq!(optional(insert(target).body.as_ref()).replace("<0>", "$1"), sql);
            assert_eq!(insert(target).body_end, Option::None, "{sql}");
        });
    }
}

#[test]
fn columns_of_an_insert() {
    let columns = |backend, sql: &str| {
        let mut columns = Vec::new();
        with_only(backend, sql, |target| columns.clone_from(&insert(target).columns));
        columns
    };
    assert_eq!(columns(MySql, "INSERT INTO product (`id`, product.name) VALUES (1, 2)"), ["id", "name"]);
    assert_eq!(columns(MySql, "INSERT INTO product SET id = 1, name = CONCAT('a', 'b')"), ["id", "name"]);
    assert_eq!(columns(Postgres, r#"INSERT INTO product ("id", Name) VALUES (1, 2)"#), ["id", "name"]);
    for backend in ALL {
        assert!(columns(backend, "INSERT INTO product SELECT 1, 2").is_empty());
        assert!(columns(backend, "INSERT INTO product VALUES (1, 2)").is_empty());
    }
}

#[test]
fn the_end_of_an_insert_before_returning() {
    let sql = " INSERT INTO product (id) VALUES ($1) /* why */ RETURNING id ; ";
    let write = write(Postgres, sql);
    assert_eq!(write.text, "INSERT INTO product (id) VALUES ($1) /* why */ RETURNING id");
    with_only(Postgres, sql, |target| {
        let end = insert(target).body_end.expect("a RETURNING");
        assert_eq!(&write.text[..end], "INSERT INTO product (id) VALUES ($1)");
    });
}
