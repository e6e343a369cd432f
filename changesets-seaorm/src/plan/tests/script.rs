//! Several statements in one text.

use crate::plan::Plan;

use super::support::{ALL, MySql, Postgres, Sqlite, assert_passes, assert_schema, planned, refusal};

fn parts(backend: sea_orm::DbBackend, sql: &str) -> Vec<String> {
    match planned(backend, sql) {
        Plan::Script(parts) => parts.into_iter().map(|part| part.sql).collect(),
        other => panic!("{sql}: {other:?}"),
    }
}

#[test]
fn parts_are_cut_at_semicolons_of_their_own() {
    for backend in ALL {
        let sql = "-- a;\nUPDATE product SET name = 'a;b' /* ; */ WHERE id = 1; ;\nDELETE FROM tag;\n";
        let expected = ["UPDATE product SET name = 'a;b' /* ; */ WHERE id = 1", "DELETE FROM tag"];
        assert_eq!(parts(backend, sql), expected);
    }
    let sql = "DO $x$ BEGIN DELETE FROM product; END $x$; DELETE FROM tag";
    assert_eq!(parts(Postgres, sql)[0], "DO $x$ BEGIN DELETE FROM product; END $x$");
    assert_eq!(parts(MySql, r"SELECT 'a\';'; DELETE FROM product").len(), 2);
}

#[test]
fn one_statement_is_no_script() {
    for backend in ALL {
        assert!(matches!(planned(backend, "DELETE FROM product;;"), Plan::Write(_)));
    }
}

#[test]
fn harmless_scripts_stay_whole() {
    for backend in ALL {
        assert_passes(backend, "SELECT 1; SELECT 2; DELETE FROM other");
        assert_schema(backend, "SELECT 1; CREATE TABLE a (id INT); DROP TABLE product");
        assert_eq!(parts(backend, "BEGIN; DELETE FROM product; COMMIT").len(), 3);
    }
}

#[test]
fn stored_code_is_one_statement() {
    let trigger = "CREATE TRIGGER t AFTER UPDATE ON product BEGIN \
                   UPDATE tag SET a = CASE WHEN 1 THEN 2 END; DELETE FROM tag; END";
    for backend in ALL {
        assert_eq!(parts(backend, &format!("{trigger}; DELETE FROM product")), [trigger, "DELETE FROM product"]);
    }
    let procedure = "CREATE DEFINER = a PROCEDURE p() BEGIN IF 1 THEN DELETE FROM tag; END IF; \
                     CASE 1 WHEN 1 THEN DELETE FROM tag; END CASE; END";
    assert_eq!(parts(MySql, &format!("{procedure}; DELETE FROM product")).len(), 2);
    let atomic = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END";
    assert_eq!(parts(Postgres, &format!("{atomic}; DELETE FROM product")).len(), 2);
}

#[test]
fn values_belong_to_one_statement() {
    let sql = "UPDATE product SET name = ? WHERE id = ?; DELETE FROM tag WHERE id = ?";
    assert_eq!(refusal(Sqlite, sql).kind, "a script with parameters");
    assert_passes(Sqlite, "UPDATE other SET name = ?; DELETE FROM other WHERE id = ?");
}

#[test]
fn a_long_insert_in_a_script_keeps_its_rows() {
    let rows = vec!["(1, 'a;b')"; 300].join(", ");
    let insert = format!("INSERT INTO product (id, name) VALUES {rows}");
    for backend in ALL {
        let found = parts(backend, &format!("{insert}; DELETE FROM tag"));
        assert_eq!(found, [insert.as_str(), "DELETE FROM tag"]);
    }
}
