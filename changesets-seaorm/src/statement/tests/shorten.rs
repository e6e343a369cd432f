use super::super::shorten::{Short, shorten};
use super::*;

fn long(row: &str, tail: &str) -> String {
    format!(
        "INSERT INTO users (a) VALUES {}{tail}",
        vec![row; 300].join(", ")
    )
}

#[test]
fn one_row_stays() {
    for tail in ["", " ON CONFLICT DO NOTHING RETURNING id", ";"] {
        for row in ["('a''),(')", "(f((1), 2))", "('ü', \")\")"] {
            let short = Short {
                sql: format!("INSERT INTO users (a) VALUES {row}{tail}"),
                alike: true,
            };
            assert_eq!(shorten(&long(row, tail)), Some(short));
        }
    }
    assert_eq!(shorten(&long("(1 /* ) */)", "")), None);
    assert_eq!(shorten("INSERT INTO users VALUES (1), (2)"), None);
}

#[test]
fn rows_are_alike_if_all_are_spelled_as_the_first() {
    let alike = |sql: &str| shorten(sql).unwrap().alike;
    assert!(alike(&long("(?, ?)", " RETURNING id")));
    for odd in ["(?, 1)", "(?,?)", "(?, ?+1)", "(?, ?1)", "(?)"] {
        assert!(!alike(&long("(?, ?)", &format!(", {odd}"))), "{odd}");
        let between = format!(", {odd}, (?, ?)");
        assert!(!alike(&long("(?, ?)", &between)), "{odd}");
    }
}

#[test]
fn returning_is_counted_from_the_end() {
    let sql = long("('ü')", " RETURNING id, 'ö' ; ");
    let short = shorten(&sql).unwrap();
    let write = write(Postgres, &short.sql);
    let WriteKind::Insert(insert) = &main(&write).kind else {
        panic!()
    };
    let text = write.text(&sql);
    assert!(text[text.len() - insert.returning_bytes..].starts_with("RETURNING id, 'ö'"));
}
