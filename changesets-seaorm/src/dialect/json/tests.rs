//! The database encodes as Rust does, or not at all. SQLite in memory, or the database that
//! `CHANGESETS_UNIT_URL` names.

use changesets_core::ColumnKind;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::Value as Json;

use super::{Dialect, Known, Part, Usual};

/// A column, and values for it as SQL literals: those the database must encode, and those it may not.
struct Case {
    kind: ColumnKind,
    db_type: &'static str,
    encodes: &'static [&'static str],
    may_refuse: &'static [&'static str],
}

fn case(
    kind: ColumnKind,
    db_type: &'static str,
    encodes: &'static [&'static str],
    may_refuse: &'static [&'static str],
) -> Case {
    Case {
        kind,
        db_type,
        encodes,
        may_refuse,
    }
}

const TEXTS: &[&str] = &[
    "NULL",
    "''",
    "'a \"quoted\" one'",
    "'back\\\\slash / and é 😀'",
    "' 1 '",
    "'null'",
];

fn sqlite() -> Vec<Case> {
    use ColumnKind as K;
    let price = K::Decimal { scale: Some(2) };
    vec![
        case(
            K::Integer,
            "integer",
            &["NULL", "0", "-5", "9223372036854775807"],
            &["1.5", "'seven'", "x'01'"],
        ),
        case(
            K::Bool,
            "boolean",
            &["NULL", "0", "1", "2"],
            &["'t'", "1.0"],
        ),
        case(K::Text, "text", TEXTS, &["x'6162'"]),
        case(K::Other, "text", TEXTS, &[]),
        case(
            K::Double,
            "real",
            &[
                "NULL",
                "0.1",
                "-0.0",
                "3",
                "1e300",
                "0.1 + 0.2",
                "5e-324",
                "1.0 / 3",
            ],
            &["9e999", "-9e999", "'abc'"],
        ),
        case(
            price.clone(),
            "numeric",
            &[
                "NULL",
                "0",
                "0.0",
                "-0.0",
                "19.9",
                "-19.905",
                "19.9 + 1.1 + 0.1",
                "1234567.89",
                "20.0",
            ],
            &["1e20", "1e-9", "'NaN'", "'12.5'", "9e999"],
        ),
        case(
            K::Decimal { scale: None },
            "numeric",
            &["NULL", "5", "2.5", "2.0"],
            &["1e15"],
        ),
        case(
            K::Uuid,
            "blob",
            &[
                "NULL",
                "x'00112233445566778899AABBCCDDEEFF'",
                "'00112233-4455-6677-8899-aabbccddeeff'",
            ],
            &[
                "x'0011'",
                "'00112233-4455-6677-8899-AABBCCDDEEFF'",
                "'no uuid'",
            ],
        ),
        case(
            K::Date,
            "text",
            &["NULL", "'2026-11-21'", "'2026-02-30'"],
            &["'21.11.2026'", "5"],
        ),
        case(
            K::Time,
            "text",
            &["NULL", "'10:30:00'", "'23:59:59.5'", "'10:30:00.123456789'"],
            &[
                "'25:00:00'",
                "'24:00:00'",
                "'10:30'",
                "'10:30:00.'",
                "'10:30:00.1x'",
            ],
        ),
        case(
            K::Timestamp,
            "text",
            &[
                "NULL",
                "'2026-11-21 10:30:00'",
                "'2026-11-21 23:59:59.999999'",
                "'2026-11-21T23:59:59.999999999'",
                "'2024-02-29T10:30:00.25'",
            ],
            &[
                "'2026-02-30 10:30:00'",
                "'2026-02-29 10:30:00.123456'",
                "'2026-11-21 24:00:00.000000'",
                "'2026-11-21 10:30:00.123456+02:00'",
                "'2026-11-21 10:30:00+02:00'",
                "'2026-11-21'",
            ],
        ),
        case(
            K::TimestampTz,
            "text",
            &[
                "NULL",
                "'2026-11-21 10:30:00'",
                "'2026-11-21T10:30:00+00:00'",
                "'2026-11-21T10:30:00.123456+00:00'",
                "'2026-10-31T23:59:59.999999999+00:00'",
                "'2026-12-31T23:59:59.123456789Z'",
            ],
            &[
                "'2026-11-31T10:30:00.123456+00:00'",
                "'2026-11-21T24:00:00.000000+00:00'",
                "'2026-11-21T10:30:00.123456 +00:00'",
                "'2026-11-21T10:30:00.123456+02:00'",
                "'2026-11-21T10:30:00+02:00'",
                "'infinity'",
                "'2026-13-01 00:00:00'",
            ],
        ),
        case(
            K::Json,
            "text",
            &["NULL", "'{\"a\": [1, 2.50, null]}'", "'\"x\"'", "5"],
            &["'{a: 1}'", "'not json'"],
        ),
        case(K::Binary, "blob", &["NULL", "x''", "x'00FF'"], &[]),
    ]
}

fn mariadb() -> Vec<Case> {
    use ColumnKind as K;
    let price = K::Decimal { scale: Some(2) };
    let moments: &[&str] = &[
        "NULL",
        "'2026-11-21 10:30:00'",
        "'2024-02-29 23:59:59.123456'",
    ];
    let no_moments: &[&str] = &["'0000-00-00 00:00:00'"];
    vec![
        case(
            K::Integer,
            "bigint(20) unsigned",
            &["NULL", "0", "18446744073709551615"],
            &[],
        ),
        case(K::Integer, "int(11)", &["NULL", "-5"], &[]),
        case(K::Bool, "tinyint(1)", &["NULL", "0", "1", "2"], &[]),
        case(K::Text, "varchar(100)", TEXTS, &[]),
        case(K::Text, "longtext", TEXTS, &[]),
        case(
            K::Text,
            "varchar(20) CHARACTER SET latin1",
            &["NULL", "'caf\u{e9} \"au\" lait'"],
            &[],
        ),
        case(
            K::Text,
            "enum('red','caf\u{e9}')",
            &["NULL", "'red'", "'caf\u{e9}'"],
            &[],
        ),
        case(
            K::Other,
            "enum('red','a \"b\"')",
            &["NULL", "'red'", "'a \"b\"'"],
            &[],
        ),
        case(
            K::Double,
            "double",
            &[
                "NULL",
                "0.1",
                "-0e0",
                "3",
                "1e300",
                "0.1e0 + 0.2e0",
                "1e0 / 3",
                "1e-7",
                "1e16",
            ],
            &[],
        ),
        case(
            price.clone(),
            "decimal(10,2)",
            &["NULL", "0", "-0.5", "19.9", "12345678.99"],
            &[],
        ),
        case(price, "decimal(10,4)", &["NULL", "19.9", "0.1234"], &[]),
        case(
            K::Uuid,
            "binary(16)",
            &["NULL", "x'00112233445566778899AABBCCDDEEFF'"],
            &[],
        ),
        case(
            K::Uuid,
            "uuid",
            &["NULL", "'00112233-4455-6677-8899-aabbccddeeff'"],
            &[],
        ),
        case(K::Date, "date", &["NULL", "'2026-11-21'"], &[]),
        case(
            K::Time,
            "time(6)",
            &["NULL", "'10:30:00'", "'23:59:59.5'"],
            &["'-01:00:00'", "'838:59:59'", "'24:00:00'"],
        ),
        case(K::Timestamp, "datetime(6)", moments, no_moments),
        case(K::TimestampTz, "timestamp(6) null", moments, no_moments),
        case(
            K::Json,
            "longtext",
            &["NULL", "'{\"a\": [1, 2.50, null]}'", "'\"x\"'", "'5'"],
            &["'not json'"],
        ),
        case(K::Binary, "varbinary(20)", &["NULL", "x''", "x'00FF'"], &[]),
    ]
}

async fn connect() -> DatabaseConnection {
    let url = std::env::var("CHANGESETS_UNIT_URL").unwrap_or("sqlite::memory:".to_owned());
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// One text for each row of a one-column query.
async fn texts(db: &DatabaseConnection, sql: String) -> Vec<Option<String>> {
    let statement = Statement::from_string(db.get_database_backend(), sql.clone());
    let rows = db.query_all_raw(statement).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error} in {sql}"));
    rows.iter()
        .map(|row| row.try_get("", "t").unwrap())
        .collect()
}

/// What Rust makes of the values of `c` in `from`; nothing for those it refuses.
async fn by_rust(
    db: &DatabaseConnection,
    kind: &ColumnKind,
    db_type: &str,
    from: &str,
) -> Vec<Option<Json>> {
    let dialect = Dialect::new(db.get_database_backend());
    let (array, raw) = (dialect.json_array(), dialect.raw(kind, "c", db_type));
    let raw = texts(db, format!("SELECT {array}({raw}) AS t FROM {from}")).await;
    let encoded = raw.into_iter().map(|raw| {
        let [raw]: [Json; 1] = serde_json::from_str(&raw.unwrap()).unwrap();
        kind.canonical(raw).ok()
    });
    encoded.collect()
}

/// What the database makes of them; nothing for those it leaves to Rust.
async fn by_database(
    db: &DatabaseConnection,
    kind: &ColumnKind,
    db_type: &str,
    from: &str,
) -> Vec<Option<Json>> {
    let dialect = Dialect::new(db.get_database_backend());
    let json = dialect.json_text(kind, db_type, "c").unwrap();
    let encoded = texts(db, format!("SELECT {json} AS t FROM {from}")).await;
    by_usual_form(db, kind, db_type, from, &encoded).await;
    let encoded = encoded
        .into_iter()
        .map(|text| text.map(|text| serde_json::from_str(&text).unwrap()));
    encoded.collect()
}

/// What has the usual form of its kind is `encoded` in it as in any other, and some of it has it.
async fn by_usual_form(
    db: &DatabaseConnection,
    kind: &ColumnKind,
    db_type: &str,
    from: &str,
    encoded: &[Option<String>],
) {
    let dialect = Dialect::new(db.get_database_backend());
    let part = dialect
        .json_part(kind, db_type, "c", Known::Required)
        .unwrap();
    let Part::Usual { usual, .. } = part else {
        return;
    };
    let formatted = format!("printf('{}', {})", usual.format, usual.arguments);
    let is = usual.is.unwrap();
    let sql = format!("SELECT CASE WHEN {is} THEN {formatted} END AS t FROM {from}");
    let mut found = 0;
    for (text, encoded) in texts(db, sql).await.into_iter().zip(encoded) {
        if text.is_some() {
            found += 1;
            assert_eq!(text, *encoded, "{kind:?}");
        }
    }
    assert!(found > 0, "{kind:?}");
}

#[tokio::test]
async fn the_database_encodes_each_kind_as_rust_does_or_leaves_it() {
    let db = connect().await;
    let dialect = Dialect::new(db.get_database_backend());
    let cases = match dialect {
        _ if dialect.is_sqlite() => sqlite(),
        _ if dialect.is_mysql() => mariadb(),
        // One statement records there: `single`.
        _ => return,
    };
    for (n, case) in cases.into_iter().enumerate() {
        let table = format!("json_values_{n}");
        let charset = if dialect.is_mysql() {
            "CHARACTER SET utf8mb4"
        } else {
            ""
        };
        for sql in [
            format!("DROP TABLE IF EXISTS {table}"),
            format!(
                "CREATE TEMPORARY TABLE {table} (n int, c {}) {charset}",
                case.db_type
            ),
        ] {
            db.execute_unprepared(&sql).await.unwrap();
        }
        let literals: Vec<_> = case.encodes.iter().chain(case.may_refuse).collect();
        for (n, literal) in literals.iter().enumerate() {
            let insert = format!("INSERT INTO {table} VALUES ({n}, {literal})");
            db.execute_unprepared(&insert).await.unwrap();
        }
        let from = format!("(SELECT c FROM {table} ORDER BY n LIMIT 1000) AS v");
        let rust = by_rust(&db, &case.kind, case.db_type, &from).await;
        let database = by_database(&db, &case.kind, case.db_type, &from).await;
        for (n, (rust, database)) in rust.iter().zip(&database).enumerate() {
            let what = format!("{:?} {}", case.kind, literals[n]);
            if n < case.encodes.len() || database.is_some() {
                assert_eq!(database, rust, "{what}");
            }
        }
        differences(&db, &case, &table, &rust, &database).await;
    }
}

/// Each two values differ for the database exactly if they do for Rust, as far as both encode them.
async fn differences(
    db: &DatabaseConnection,
    case: &Case,
    table: &str,
    rust: &[Option<Json>],
    database: &[Option<Json>],
) {
    let dialect = Dialect::new(db.get_database_backend());
    let differs = dialect
        .json_differs(&case.kind, case.db_type, "o.c", "v.c")
        .unwrap();
    // MariaDB opens a temporary table only once in a statement.
    let copy = format!("{table}_copy");
    for sql in [
        format!("DROP TABLE IF EXISTS {copy}"),
        format!("CREATE TEMPORARY TABLE {copy} AS SELECT * FROM {table}"),
    ] {
        db.execute_unprepared(&sql).await.unwrap();
    }
    let sql = format!(
        "SELECT CASE WHEN {differs} THEN '1' ELSE '0' END AS t \
         FROM {table} AS o CROSS JOIN {copy} AS v ORDER BY o.n, v.n"
    );
    let answers = texts(db, sql).await;
    let all = rust.len();
    assert_eq!(answers.len(), all * all);
    for (at, answer) in answers.into_iter().enumerate() {
        let (old, new) = (at / all, at % all);
        if database[old].is_some() && database[new].is_some() {
            let differs = answer.as_deref() == Some("1");
            assert_eq!(
                differs,
                rust[old] != rust[new],
                "{:?}: {old} and {new}",
                case.kind
            );
        } else if old != new && rust[old] != rust[new] {
            // What cannot be encoded must not pass as unchanged.
            assert_eq!(
                answer.as_deref(),
                Some("1"),
                "{:?}: {old} and {new}",
                case.kind
            );
        }
    }
}

/// More than one function takes, with all that has a meaning in it; and one that is NULL must not go
/// missing.
#[tokio::test]
async fn parts_are_put_together_as_they_are() {
    let db = connect().await;
    let backend = db.get_database_backend();
    let dialect = Dialect::new(backend);
    if dialect.is_postgres() {
        return;
    }
    let mut parts = Vec::new();
    let mut whole = String::new();
    for n in 0..150 {
        let literal = format!("100% of '{n}' \\ %s \"é\": ");
        whole.push_str(&literal);
        whole.push_str("a % b");
        parts.push(Part::Literal(literal));
        parts.push(Part::Value("'a % b'".to_owned()));
    }
    let sql = format!("SELECT {} AS t", dialect.concat(&parts));
    assert_eq!(texts(&db, sql).await, [Some(whole)]);

    parts.push(Part::Value("(SELECT NULL)".to_owned()));
    let sql = format!("SELECT {} AS t", dialect.concat(&parts));
    let asked = db.query_one_raw(Statement::from_string(backend, sql)).await;
    match dialect.is_sqlite() {
        true => assert!(asked.is_err(), "{asked:?}"),
        false => {
            let text: Option<String> = asked.unwrap().unwrap().try_get("", "t").unwrap();
            assert_eq!(text, None);
        }
    }
}

/// All by their usual forms, or none: also where there are more than one function takes.
#[tokio::test]
async fn parts_have_their_usual_form_if_all_have_it() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let dialect = Dialect::new(db.get_database_backend());
    let part = |is: &str, value: &str| {
        let usual = Usual {
            is: (is != "always").then(|| is.to_owned()),
            format: "%.3s %s".to_owned(),
            arguments: "'a %', 'b'".to_owned(),
        };
        Part::Usual {
            value: value.to_owned(),
            usual,
        }
    };
    let text = async |parts: &[Part]| {
        let sql = format!("SELECT {} AS t", dialect.concat(parts));
        texts(&db, sql).await.remove(0).unwrap()
    };
    // One that is made of its value has none.
    let mut parts: Vec<Part> = (0..150).map(|_| part("1", "NULL")).collect();
    assert_eq!(text(&parts).await, "a % b".repeat(150));
    for is in ["0", "NULL"] {
        parts = vec![
            part("1", "'x'"),
            part(is, "'y'"),
            Part::Value("'z'".to_owned()),
        ];
        assert_eq!(text(&parts).await, "xyz", "{is}");
        parts.push(part("always", "NULL"));
        assert_eq!(text(&parts).await, "xyza % b", "{is}");
    }
}

/// Texts that are nearly times: SQLite stores any.
#[tokio::test]
async fn sqlite_reads_no_time_into_a_text_that_rust_does_not() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let mut random = StdRng::seed_from_u64(1);
    let whole = [
        "2026-11-21T10:30:00.123456+00:00",
        "2026-11-21T23:59:59.999999999+00:00",
        "2026-11-30 10:30:00.123456",
        "2026-02-28 23:59:59Z",
        "2024-02-29 00:00:00",
        "2026-11-30 10:30:00.5 +00:00",
        "2026-11-30 23:59:59.999999999",
        "2026-11-30 10:30:00.123+05:30",
        "2026-11-30T24:00:00.123456+00:00",
        "2026-11-21T10:30:00.12345678 +00:00",
        "2026-11-21T10:30:00.123+05:30+00:00",
        "10:30:00.25",
        "2026-11-21",
    ];
    let odd: Vec<char> = "0123456789-:.+TZz /".chars().collect();
    let texts: Vec<String> = (0..20_000)
        .map(|_| {
            let mut text: Vec<char> = whole[random.random_range(0..whole.len())].chars().collect();
            for _ in 0..random.random_range(0..3) {
                let at = random.random_range(0..text.len());
                let with = odd[random.random_range(0..odd.len())];
                match random.random_range(0..3) {
                    0 => text[at] = with,
                    1 => text.insert(at, with),
                    _ => drop(text.remove(at)),
                }
            }
            text.into_iter().collect()
        })
        .collect();
    let quoted: Vec<String> = texts.iter().map(|text| format!("('{text}')")).collect();
    let from = format!(
        "(SELECT column1 AS c FROM (VALUES {})) AS v",
        quoted.join(", ")
    );
    for kind in [
        ColumnKind::Date,
        ColumnKind::Time,
        ColumnKind::Timestamp,
        ColumnKind::TimestampTz,
    ] {
        let rust = by_rust(&db, &kind, "", &from).await;
        let database = by_database(&db, &kind, "", &from).await;
        let mut encoded = 0;
        for (n, text) in texts.iter().enumerate() {
            if database[n].is_some() {
                encoded += 1;
                assert_eq!(database[n], rust[n], "{kind:?} {text}");
            }
        }
        assert!(encoded > 100, "{kind:?}: only {encoded}");
    }
}
