use super::*;

fn update(backend: DbBackend, sql: &str) -> (String, String) {
    let write = write(backend, sql);
    let WriteKind::Update(update) = &main(&write).kind else {
        panic!("{sql}")
    };
    (
        text(&update.set),
        update.filter.as_ref().map(text).unwrap_or_default(),
    )
}

#[test]
fn placeholders_keep_their_positions() {
    let pair = |set: &str, filter: &str| (set.to_owned(), filter.to_owned());
    assert_eq!(
        update(MySql, "UPDATE users SET a = ?, b = '?' WHERE id = ?"),
        pair("a = <0>, b = '?'", "id = <1>")
    );
    assert_eq!(
        update(Postgres, "UPDATE users SET a = $2 WHERE id = $1 OR id = $2"),
        pair("a = <1>", "id = <0> OR id = <1>")
    );
    assert_eq!(
        update(Sqlite, "UPDATE users SET a = ?2 WHERE id = ? OR id = ?1"),
        pair("a = <1>", "id = <2> OR id = <0>")
    );
    assert_eq!(
        update(
            Sqlite,
            "WITH c AS (SELECT ? AS x) UPDATE users SET a = ? WHERE id = ?"
        ),
        pair("a = <1>", "id = <2>")
    );
}

#[test]
fn names_are_refused_only_for_tracked_tables() {
    check(
        &[Sqlite],
        "refuse",
        &[
            "UPDATE users SET a = :a",
            "UPDATE users SET a = @a",
            "UPDATE users SET a = $a",
            "SELECT :a; DELETE FROM users",
        ],
    );
    check(
        &[Sqlite],
        "pass",
        &[
            "UPDATE other SET a = :a",
            "SELECT * FROM users WHERE a = :a",
        ],
    );
}
