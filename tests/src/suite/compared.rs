//! PostgreSQL: what counts as a change, where a type's own equality says otherwise than the log's
//! encoding.

use changesets_seaorm::Tracker;
use sea_orm::{ConnectionTrait, DbErr};

use crate::TestDb;
use crate::tracked::{lines, tracked_shop_with};

mod kinds {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "compared")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(column_name = "the \"title'", column_type = "Text")]
        pub title: String,
        #[sea_orm(column_type = "Char(Some(4))")]
        pub code: String,
        #[sea_orm(column_type = "Decimal(None)")]
        pub amount: Decimal,
        #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
        pub price: Decimal,
        #[sea_orm(column_type = "Json")]
        pub document: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub object: Json,
        pub ratio: f64,
        #[sea_orm(
            column_type = "Interval(None, None)",
            select_as = "text",
            save_as = "interval"
        )]
        pub span: String,
        pub day: Date,
        pub numbers: Vec<Decimal>,
    }

    changesets_seaorm::track!(ActiveModel);
}

const TABLE: &str = r#"
    CREATE COLLATION without_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE compared (
        id bigint PRIMARY KEY, "the ""title'" text COLLATE without_case, code char(4), amount numeric,
        price numeric(10, 2), document json, object jsonb, ratio double precision, span interval,
        day date, numbers numeric[])"#;

const ROW: &str = r#"INSERT INTO compared VALUES (1, 'Tea', 'ab', 1.0, 1.5, '{"a":1,"b":2}', '{"n":1.0}',
    0, '1 day', '0044-03-15', '{1.0}')"#;

/// Assignments, and what they leave in the log.
const CASES: &[(&str, Option<&str>)] = &[
    (
        r#""the ""title'" = 'TEA'"#,
        Some(r#"{"the \"title'":["Tea","TEA"]}"#),
    ),
    (r#""the ""title'" = 'TEA'"#, None),
    ("code = 'ab  '", None),
    ("code = 'ac'", Some(r#"{"code":["ab","ac"]}"#)),
    ("amount = 1.00", Some(r#"{"amount":["1.0","1.00"]}"#)),
    ("amount = 1.00", None),
    ("price = 1.500", None),
    ("price = 1.51", Some(r#"{"price":["1.50","1.51"]}"#)),
    (r#"document = '{"b": 2, "a": 1}'"#, None),
    (
        r#"document = '{"b": 3}'"#,
        Some(r#"{"document":[{"a":1,"b":2},{"b":3}]}"#),
    ),
    (r#"object = '{"n": 1.00}'"#, None),
    (
        r#"object = '{"n": 2}'"#,
        Some(r#"{"object":[{"n":1.0},{"n":2}]}"#),
    ),
    ("ratio = '-0'", None),
    ("ratio = 'NaN'", Some(r#"{"ratio":[0,"NaN"]}"#)),
    ("ratio = 'NaN'", None),
    (
        "span = '24 hours'",
        Some(r#"{"span":["1 day","24:00:00"]}"#),
    ),
    (
        "day = '0044-03-15 BC'",
        Some(r#"{"day":["0044-03-15","0044-03-15 BC"]}"#),
    ),
    (
        "numbers = '{1.00}'",
        Some(r#"{"numbers":[["1.0"],["1.00"]]}"#),
    ),
    ("numbers = '{1.00}'", None),
    (
        "code = NULL, day = 'infinity'",
        Some(r#"{"code":["ac",null],"day":["0044-03-15 BC","infinity"]}"#),
    ),
];

pub async fn what_differs_is_what_encodes_differently(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    let tracker = Tracker::builder().entity::<kinds::Entity>();
    let tracked = tracked_shop_with(&db, tracker, 1).await;
    db.plain().execute_unprepared(TABLE).await?;
    tracked.execute_unprepared(ROW).await?;
    for (assignment, _) in CASES {
        let update = format!("UPDATE compared SET {assignment}");
        tracked.execute_unprepared(&update).await?;
    }
    let expected = CASES.iter().filter_map(|(_, diff)| *diff);
    let expected: Vec<String> = expected
        .map(|diff| format!("update compared 1 {diff}"))
        .collect();
    assert_eq!(lines(tracked.untracked()).await.split_off(1), expected);
    Ok(())
}
