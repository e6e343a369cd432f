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

#[test]
fn conflict_targets_that_are_no_names_are_read() {
    let texts = [
        "INSERT INTO users (a) VALUES ($1) ON CONFLICT (lower(a)) DO NOTHING",
        "INSERT INTO users (a) VALUES ($1) ON CONFLICT (lower(a), b) WHERE c > 1 DO NOTHING",
        "INSERT INTO users (a) VALUES ($1) ON CONFLICT (a) WHERE (b IS NULL) DO NOTHING",
        "INSERT INTO users (a) VALUES ($1) ON CONFLICT (a COLLATE \"C\") DO NOTHING",
        "INSERT INTO users (a) VALUES ($1) ON CONFLICT (a) DO NOTHING",
        "INSERT INTO users (a) VALUES ($1) ON CONFLICT DO NOTHING",
    ];
    for sql in texts {
        let write = write(Postgres, sql);
        let WriteKind::Insert(insert) = &main(&write).kind else {
            panic!("{sql}");
        };
        assert_eq!(insert.conflict, Conflict::DoNothing, "{sql}");
    }
    for backend in [Postgres, Sqlite] {
        let sql = "INSERT INTO users (a) VALUES (?1) ON CONFLICT (lower(a)) WHERE b = 1 \
                   DO UPDATE SET a = excluded.a WHERE users.b = 2 RETURNING a"
            .replace("?1", if backend == Postgres { "$1" } else { "?1" });
        let write = write(backend, &sql);
        let WriteKind::Insert(insert) = &main(&write).kind else {
            panic!("{sql}");
        };
        assert_eq!(insert.conflict, Conflict::DoUpdate);
        assert_eq!(insert.returning_bytes, "RETURNING a".len());
    }
    check(
        &[Postgres],
        "write",
        &[
            "INSERT INTO users (a) VALUES (1) ON CONFLICT ON CONSTRAINT users_a DO NOTHING",
            "INSERT INTO users (a) OVERRIDING SYSTEM VALUE VALUES (1)",
            "INSERT INTO users (a) OVERRIDING USER VALUE SELECT 1",
        ],
    );
    // Printed from its tree, it would lose its target.
    check(
        &[Postgres],
        "refuse",
        &[
            "WITH x AS (INSERT INTO users (a) VALUES (1) ON CONFLICT (lower(a)) DO NOTHING) SELECT 1",
        ],
    );
}

#[test]
fn any_two_values_can_be_compared_by_is() {
    for (sql, expected) in [
        ("a IS 1", "a IS NOT DISTINCT FROM 1"),
        (
            "a IS ? AND b IS NULL",
            "a IS NOT DISTINCT FROM <0> AND b IS NULL",
        ),
        (
            "a IS NOT b OR a IS NOT NULL",
            "a IS DISTINCT FROM b OR a IS NOT NULL",
        ),
        ("a IS NOT DISTINCT FROM 1", "a IS NOT DISTINCT FROM 1"),
    ] {
        let write = write(Sqlite, &format!("DELETE FROM users WHERE {sql}"));
        let WriteKind::Delete(delete) = &main(&write).kind else {
            panic!("{sql}");
        };
        assert_eq!(text(delete.filter.as_ref().unwrap()), expected);
    }
}
