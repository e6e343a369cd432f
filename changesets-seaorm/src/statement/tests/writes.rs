use super::*;

fn conflict(backend: DbBackend, sql: &str) -> Conflict {
    let write = write(backend, sql);
    let WriteKind::Insert(insert) = &main(&write).kind else {
        panic!("{sql}")
    };
    insert.conflict
}

#[test]
fn conflicts() {
    for backend in [Postgres, Sqlite] {
        assert_eq!(
            conflict(
                backend,
                "INSERT INTO users (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a"
            ),
            Conflict::DoUpdate
        );
        assert_eq!(
            conflict(
                backend,
                "INSERT INTO users (a) VALUES (1) ON CONFLICT DO NOTHING"
            ),
            Conflict::DoNothing
        );
        assert_eq!(
            conflict(backend, "INSERT INTO users DEFAULT VALUES RETURNING id"),
            Conflict::None
        );
    }
    assert_eq!(
        conflict(Sqlite, "INSERT OR REPLACE INTO users (a) VALUES (1)"),
        Conflict::Replace
    );
    assert_eq!(
        conflict(Sqlite, "INSERT OR IGNORE INTO users (a) VALUES (1)"),
        Conflict::DoNothing
    );
    for backend in [MySql, Sqlite] {
        assert_eq!(
            conflict(backend, "REPLACE INTO users (a) VALUES (1)"),
            Conflict::Replace
        );
    }
    assert_eq!(
        conflict(MySql, "INSERT IGNORE INTO users SET a = 1"),
        Conflict::DoNothing
    );
    assert_eq!(
        conflict(
            MySql,
            "INSERT INTO users () VALUES () ON DUPLICATE KEY UPDATE a = VALUES(a)"
        ),
        Conflict::DoUpdate
    );
    check(
        &[Sqlite],
        "refuse",
        &["INSERT OR FAIL INTO users VALUES (1)"],
    );
}

#[test]
fn common_forms_are_read() {
    check(
        &ALL,
        "write",
        &[
            "INSERT INTO users (a) SELECT a FROM other",
            "UPDATE users SET a = 1, b = b || 'x'",
            "UPDATE users AS u SET a = 1 WHERE u.id = 2",
            "DELETE FROM users WHERE id IN (SELECT row_number() OVER (ORDER BY a) FROM posts)",
            "UPDATE users SET a = TRUE WHERE b IS NOT FALSE",
        ],
    );
    check(
        &[Postgres, Sqlite],
        "write",
        &["WITH c AS (SELECT 1 AS id) DELETE FROM users WHERE id IN (SELECT id FROM c)"],
    );
    check(
        &[Postgres],
        "write",
        &[
            "UPDATE users SET a = o.a FROM other o WHERE o.id = users.id",
            "DELETE FROM users USING other o WHERE o.id = users.id",
            "UPDATE users SET (a, b) = (1, 2)",
            "UPDATE users SET a = a::text::int WHERE d->>'k' = 'v' AND d @> '{}'::jsonb",
            "UPDATE users SET a = ARRAY[1, 2] WHERE b ILIKE E'a\\'b'",
            "UPDATE users SET a = $$it's$$, b = now() - INTERVAL '1 day'",
            "DELETE FROM users WHERE d ? 'k'",
            "DELETE FROM users WHERE id = ANY($1)",
            "UPDATE users SET d = jsonb_set(d, '{a}', to_jsonb($1::text))",
            "WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d",
            "WITH d AS (DELETE FROM users RETURNING *) INSERT INTO other SELECT * FROM d",
            "UPDATE users SET t = CAST($1 AS \"mood\")",
            "UPDATE users SET a = a[1:2]",
        ],
    );
    check(
        &[MySql],
        "write",
        &[
            "UPDATE `users` SET `a` = 1 WHERE `b` <=> NULL ORDER BY `id` LIMIT 3",
            "DELETE FROM `users` ORDER BY id LIMIT 1",
            "UPDATE users SET a = a + INTERVAL 1 DAY",
            "UPDATE users SET a = d->>'$.k'",
            "UPDATE users SET a = 'it\\'s'",
        ],
    );
    check(
        &[Sqlite],
        "write",
        &[
            "UPDATE users SET a = x'00' WHERE b IS NULL",
            "UPDATE users SET (a, b) = (1, 2)",
            "DELETE FROM users WHERE a GLOB 'x*'",
            "UPDATE users SET a = d ->> '$.k'",
            "UPDATE users SET a = o.a FROM other AS o WHERE o.id = users.id",
            "DELETE FROM users ORDER BY id LIMIT 2",
        ],
    );
    check(
        &[Postgres],
        "refuse",
        &[
            "DELETE FROM ONLY users",
            "UPDATE ONLY users SET a = 1",
            "DELETE FROM ONLY public.users",
            "UPDATE users SET (a, b) = (SELECT 1, 2)",
        ],
    );
}

#[test]
fn built_statements_are_read() {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
    let name = |name: &str| Alias::new(name);
    let insert = Query::insert()
        .into_table(name("users"))
        .columns([name("a")])
        .values_panic([1.into()])
        .on_conflict(
            OnConflict::column(name("a"))
                .update_column(name("a"))
                .to_owned(),
        )
        .to_owned();
    let update = Query::update()
        .table(name("users"))
        .value(name("a"), 1)
        .and_where(Expr::col(name("b")).is_in([1, 2]))
        .to_owned();
    let delete = Query::delete()
        .from_table(name("users"))
        .and_where(Expr::col(name("b")).eq("x"))
        .to_owned();
    for backend in ALL {
        for sql in [
            backend.build(&insert).sql,
            backend.build(&update).sql,
            backend.build(&delete).sql,
        ] {
            assert_eq!(kind(backend, &sql), "write", "{sql}");
        }
    }
}

#[test]
fn volatile_conditions_are_told() {
    let volatile = |sql: &str| match &main(&write(Sqlite, sql)).kind {
        WriteKind::Delete(delete) => delete.volatile,
        _ => panic!("{sql}"),
    };
    assert!(volatile("DELETE FROM users WHERE id = abs(random())"));
    assert!(volatile("DELETE FROM users LIMIT 1"));
    assert!(!volatile("DELETE FROM users WHERE id = 1"));
}

#[test]
fn mysql_reads_the_tables_of_subqueries_as_the_write_does() {
    let filter = |backend, sql: &str| {
        let write = write(backend, sql);
        match &main(&write).kind {
            WriteKind::Delete(delete) => text(delete.filter.as_ref().unwrap()),
            WriteKind::Update(update) => text(update.filter.as_ref().unwrap()),
            WriteKind::Insert(_) => panic!("{sql}"),
        }
    };
    let sql = "DELETE FROM users WHERE a IN (SELECT b FROM x WHERE c = 'FOR SHARE' AND EXISTS (SELECT 1 FROM y))";
    assert_eq!(
        filter(MySql, sql),
        "a IN (SELECT b FROM x WHERE c = 'FOR SHARE' AND EXISTS (SELECT 1 FROM y LOCK IN SHARE MODE) \
         LOCK IN SHARE MODE)"
    );
    assert!(!filter(Sqlite, sql).contains("LOCK"));
    let sql = "UPDATE users SET a = 1 WHERE b = (SELECT MAX(c) FROM x FOR UPDATE)";
    assert!(!filter(MySql, sql).contains("SHARE"));
    check(
        &[MySql],
        "refuse",
        &[
            "DELETE FROM users WHERE a IN (SELECT b FROM x UNION SELECT b FROM y)",
            "WITH x AS (SELECT 1 AS b) DELETE FROM users WHERE a IN (SELECT b FROM x)",
        ],
    );
    check(
        &[MySql],
        "pass",
        &["WITH x AS (SELECT 1 UNION SELECT 2) SELECT * FROM x"],
    );
}

fn picks(backend: DbBackend, condition: &str) -> (Vec<String>, bool) {
    let sql = format!("DELETE FROM users WHERE {condition}");
    let write = write(backend, &sql);
    let WriteKind::Delete(delete) = &main(&write).kind else {
        panic!("{sql}")
    };
    (delete.picks.fixed.clone(), delete.picks.looks_elsewhere)
}

#[test]
fn a_condition_tells_which_columns_it_fixes() {
    for backend in ALL {
        let fixed = |condition: &str| picks(backend, condition).0;
        assert_eq!(fixed("users.id = 1"), ["id"]);
        assert_eq!(fixed("(id = 'a' AND b > 2) AND 3 = c"), ["id", "c"]);
        for condition in [
            "id = 1 OR b = 2",
            "NOT id = 1",
            "id = b",
            "id = NULL",
            "id = (SELECT 1)",
            "id = abs(1)",
            "id IN (1)",
        ] {
            assert_eq!(fixed(condition), [""; 0], "{condition}");
        }
        let elsewhere = |condition: &str| picks(backend, condition).1;
        assert!(!elsewhere("id = 1 AND lower(a) = 'x'"));
        assert!(elsewhere("id = 1 AND a IN (SELECT a FROM other)"));
        assert!(elsewhere("id = 1 AND EXISTS (SELECT 1 FROM other)"));
        assert!(elsewhere("id = (SELECT max(id) FROM users)"));
    }
}

#[test]
fn an_insert_tells_whether_it_lists_one_row() {
    let rows = |sql: &str| {
        let write = write(Sqlite, sql);
        match &main(&write).kind {
            WriteKind::Insert(insert) => match &insert.rows {
                InsertRows::One(values) => {
                    let constant = values.iter().flatten().count();
                    format!("{constant} of {}", values.len())
                }
                InsertRows::Several => "several".to_owned(),
                InsertRows::Query => "a query".to_owned(),
            },
            _ => panic!("{sql}"),
        }
    };
    assert_eq!(rows("INSERT INTO users (a, b) VALUES (?, 2)"), "2 of 2");
    assert_eq!(
        rows("INSERT INTO users (a, b) VALUES (-1, (x'01'))"),
        "2 of 2"
    );
    assert_eq!(
        rows("INSERT INTO users (a, b) VALUES ('a', now())"),
        "1 of 2"
    );
    assert_eq!(
        rows("INSERT INTO users (a, b) VALUES (? + 1, (SELECT 1))"),
        "0 of 2"
    );
    assert_eq!(rows("INSERT INTO users DEFAULT VALUES"), "0 of 0");
    assert_eq!(rows("INSERT INTO users (a) VALUES (1), (2)"), "several");
    assert_eq!(rows("INSERT INTO users (a) SELECT a FROM other"), "a query");
    let long = format!("INSERT INTO users (a) VALUES ('{}'), (2)", "x".repeat(2000));
    assert_eq!(listed(&long), Listed::More);
}
