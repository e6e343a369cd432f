//! Parameters and their places.

use crate::plan::WriteKind;

use super::support::{MySql, Postgres, Sqlite, optional, refusal, text, with_only};

#[test]
fn counted_numbered_and_both() {
    let cases = [
        (MySql, "UPDATE product SET name = ?, price = ? WHERE id = ?", "name = <0>, price = <1>", "id = <2>"),
        (Sqlite, "UPDATE product SET name = ?2, price = ? WHERE id = ?1", "name = <1>, price = <2>", "id = <0>"),
        (Sqlite, "UPDATE product SET name = $1 WHERE id = $1", "name = <0>", "id = <0>"),
        (Postgres, "UPDATE product SET name = $2 WHERE id = $1 AND data ? 'a'", "name = <1>", "id = <0> AND data ? 'a'"),
        (Postgres, "UPDATE product SET name = '$1' WHERE id = $1::int", "name = '$1'", "id = <0>::int"),
        (MySql, "UPDATE product SET name = '?', `a?` = \"?\" WHERE id = ? # ?", "name = '?', `a?` = \"?\"", "id = <0>"),
    ];
    for (backend, sql, set, filter) in cases {
        with_only(backend, sql, |target| {
            let WriteKind::Update(update) = &target.kind else { panic!() };
            assert_eq!(text(&update.set), set);
            assert_eq!(optional(update.filter.as_ref()), filter);
        });
    }
}

#[test]
fn text_is_kept_letter_by_letter() {
    let filter = r"name = 'it''s \' -- é' AND  /* kept */ name <> E'\'?'";
    let filter_pg = filter.replace(r"\' --", r"\\ --");
    let sql = format!("UPDATE product SET price = 1 WHERE {filter_pg}");
    with_only(Postgres, &sql, |target| {
        let WriteKind::Update(update) = &target.kind else { panic!() };
        assert_eq!(optional(update.filter.as_ref()), filter_pg);
    });
    let filter = r"name = 'it\'s ?' AND né = ?";
    let sql = format!("/* ünï */ UPDATE product SET price = ?\nWHERE {filter}");
    with_only(MySql, &sql, |target| {
        let WriteKind::Update(update) = &target.kind else { panic!() };
        assert_eq!(optional(update.filter.as_ref()), r"name = 'it\'s ?' AND né = <1>");
    });
}

#[test]
fn names_have_no_place() {
    for sql in [
        "UPDATE product SET name = :name",
        "UPDATE product SET name = @name",
        "UPDATE product SET name = $name",
    ] {
        assert_eq!(refusal(Sqlite, sql).kind, "a statement with named parameters", "{sql}");
        assert_eq!(refusal(Sqlite, sql).table, "product");
    }
}
