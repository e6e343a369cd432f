use super::*;

fn parts(backend: DbBackend, sql: &str) -> Vec<String> {
    match read(backend, sql) {
        Plan::Script(parts) => parts.into_iter().map(|part| part.sql).collect(),
        other => panic!("{sql}: {other:?}"),
    }
}

#[test]
fn statements_are_split() {
    for backend in ALL {
        let sql = "; DELETE FROM users WHERE a = 'ü;' /* ; */ ;; -- ;\n SELECT 2 ; ";
        assert_eq!(
            parts(backend, sql),
            ["DELETE FROM users WHERE a = 'ü;'", "SELECT 2"]
        );
    }
}

#[test]
fn bodies_stay_whole() {
    let body = "CREATE TRIGGER t AFTER INSERT ON users BEGIN UPDATE users SET a = CASE WHEN 1 THEN 2 END; DELETE FROM posts; END";
    assert_eq!(
        parts(Sqlite, &format!("{body}; DELETE FROM users")),
        [body, "DELETE FROM users"]
    );
    let body = "CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; DELETE FROM posts; END";
    assert_eq!(
        parts(MySql, &format!("{body}; DELETE FROM users")),
        [body, "DELETE FROM users"]
    );
    let body = "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql";
    assert_eq!(
        parts(Postgres, &format!("{body}; DELETE FROM users")),
        [body, "DELETE FROM users"]
    );
}

#[test]
fn a_table_named_like_a_routine_has_no_body() {
    for backend in ALL {
        assert_eq!(
            parts(backend, "CREATE TABLE event (a int); DELETE FROM users").len(),
            2
        );
    }
}

#[test]
fn what_trails_is_no_part_of_the_text() {
    for backend in ALL {
        let sql = "DELETE FROM users WHERE a = 'ü' ; -- done";
        assert_eq!(
            write(backend, sql).text(sql),
            "DELETE FROM users WHERE a = 'ü'"
        );
    }
}

#[test]
fn deep_nesting_does_not_overflow() {
    for backend in ALL {
        let sql = format!(
            "DELETE FROM users WHERE {}1{}",
            "(".repeat(5000),
            ")".repeat(5000)
        );
        assert_eq!(kind(backend, &sql), "refuse");
    }
}
