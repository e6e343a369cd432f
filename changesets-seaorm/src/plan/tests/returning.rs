//! `RETURNING`.

use super::support::{Postgres, Sqlite, items, with_only};

fn check(backend: sea_orm::DbBackend, sql: &str, expected: &[&str]) {
    with_only(backend, sql, |target| assert_eq!(items(target), expected, "{sql}"));
}

#[test]
fn columns_of_the_table() {
    for backend in [Postgres, Sqlite] {
        check(backend, "DELETE FROM product RETURNING *", &["*"]);
        check(backend, "DELETE FROM product RETURNING product.*, id", &["*", "id"]);
        check(backend, "DELETE FROM product AS p RETURNING p.*, p.id, \"Name\"", &["*", "id", "Name"]);
        check(backend, "INSERT INTO public.product (id) VALUES (1) RETURNING public.product.id", &["id"]);
        check(backend, "DELETE FROM product RETURNING id AS x, name y", &["id as x of id", "name as y of name"]);
    }
    check(Postgres, "DELETE FROM product RETURNING ID", &["id"]);
    check(Sqlite, "DELETE FROM product RETURNING ID", &["ID"]);
}

#[test]
fn columns_of_other_tables() {
    let sql = "UPDATE product AS p SET price = 1 FROM tag AS t RETURNING p.id, t.id, name, p.*";
    check(Postgres, sql, &["id", "t.id as id of ?", "name as name of ?", "*"]);
    let sql = "DELETE FROM product USING tag RETURNING product.id AS a, tag.id";
    check(Postgres, sql, &["product.id as a of id", "tag.id as id of ?"]);
    let sql = "UPDATE product SET price = 1 RETURNING old.price, new.price AS n";
    check(Postgres, sql, &["old.price as price of ?", "new.price as n of ?"]);
    check(Sqlite, "UPDATE product SET price = 1 FROM tag RETURNING *", &["*"]);
}

#[test]
fn the_row_as_one_value() {
    check(Postgres, "DELETE FROM product RETURNING product", &["product as product of product"]);
    check(Postgres, "DELETE FROM product p RETURNING p", &["p as p of p"]);
}

#[test]
fn names_of_results() {
    for (item, name) in [
        ("CAST(\"state\" AS \"text\")", "state of state"),
        ("state::text", "state of state"),
        ("(state)", "state of state"),
        ("lower(name)", "lower of ?"),
        ("coalesce(name, 'a')", "coalesce of ?"),
        ("pg_catalog.Upper(name)", "upper of ?"),
        ("price + 1", "? of ?"),
        ("(xmax = 0)", "? of ?"),
        ("name COLLATE \"C\"", "name of ?"),
        ("CASE WHEN true THEN 1 ELSE price END", "price of ?"),
        ("CASE WHEN true THEN 1 END", "case of ?"),
        ("at AT TIME ZONE 'UTC'", "timezone of ?"),
        ("'a'::text", "text of ?"),
        ("$1::state", "state of ?"),
    ] {
        let sql = format!("DELETE FROM product RETURNING {item}");
        let sql_out = item.replace("$1", "<0>");
        check(Postgres, &sql, &[&format!("{sql_out} as {name}")]);
    }
    check(Sqlite, "DELETE FROM product RETURNING CAST(state AS text)", &["CAST(state AS text) as ? of state"]);
    check(Sqlite, "DELETE FROM product RETURNING \"as\" AS \"as\"", &["\"as\" as as of as"]);
}
