use super::super::shorten::shorten;
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
            let short = shorten(&long(row, tail));
            assert_eq!(
                short,
                Some(format!("INSERT INTO users (a) VALUES {row}{tail}"))
            );
        }
    }
    assert_eq!(shorten(&long("(1 /* ) */)", "")), None);
    assert_eq!(shorten("INSERT INTO users VALUES (1), (2)"), None);
}

#[test]
fn returning_is_counted_from_the_end() {
    let sql = long("('ü')", " RETURNING id, 'ö' ; ");
    let short = shorten(&sql).unwrap();
    let write = write(Postgres, &short);
    let WriteKind::Insert(insert) = &main(&write).kind else {
        panic!()
    };
    let text = write.text(&sql);
    assert!(text[text.len() - insert.returning_bytes..].starts_with("RETURNING id, 'ö'"));
}
