use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use super::{
    super::{json_text, usual},
    *,
};

/// At least one of each affinity.
const TYPES: [&str; 12] = [
    "integer",
    "bigint",
    "boolean",
    "varchar(100)",
    "text",
    "",
    "blob",
    "real",
    "double",
    "real_decimal(10, 2)",
    "numeric(10, 2)",
    "timestamp_with_timezone_text",
];

/// Those that have a usual form.
fn kinds() -> Vec<ColumnKind> {
    let mut kinds = vec![
        ColumnKind::Integer,
        ColumnKind::Bool,
        ColumnKind::Text,
        ColumnKind::Other,
        ColumnKind::Timestamp,
        ColumnKind::TimestampTz,
    ];
    let scales = [0, 2, MAX_PLACES].map(Some);
    kinds.extend(scales.map(|scale| ColumnKind::Decimal { scale }));
    kinds
}

fn moment(nanoseconds: i64) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    day.and_hms_opt(23, 59, 58).unwrap() + TimeDelta::nanoseconds(nanoseconds)
}

fn of_year(year: i32) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    day.and_hms_nano_opt(0, 0, 0, 123_456_789).unwrap()
}

fn moments() -> Vec<NaiveDateTime> {
    let leap = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
    let fractions = [
        0,
        1,
        999,
        1_000,
        123_456_000,
        123_456_789,
        500_000_000,
        999_999_999,
        2_000_000_001,
    ];
    let mut moments: Vec<NaiveDateTime> = fractions.map(moment).into();
    moments.extend([-1, 0, 999, 9_999, 10_000].map(of_year));
    moments.push(leap.and_hms_nano_opt(23, 59, 59, 1_123_456_789).unwrap());
    moments
}

#[cfg(feature = "with-rust_decimal")]
fn decimals() -> Vec<Value> {
    let decimals = [
        "0",
        "0.00",
        "-0.00",
        "12.5",
        "12.50",
        "-12.505",
        "0.0001",
        "0.00001",
        "9999999999999.99",
        "10000000000000.00",
        "99999999999.9999",
        "999999999999999",
        "1000000000000000",
        "79228162514264337593543950335",
    ];
    let decimal = |text: &str| text.parse::<sea_orm::prelude::Decimal>().unwrap().into();
    decimals.map(decimal).into()
}

#[cfg(not(feature = "with-rust_decimal"))]
fn decimals() -> Vec<Value> {
    Vec::new()
}

fn values() -> Vec<Value> {
    let mut values: Vec<Value> = vec![
        5_i8.into(),
        5_i16.into(),
        (-5_i32).into(),
        i64::MAX.into(),
        5_u8.into(),
        5_u16.into(),
        u32::MAX.into(),
        5_u64.into(),
        1.0_f32.into(),
        12.5_f64.into(),
        true.into(),
        "".into(),
        "a 'b' % \"c\"".into(),
        "12".into(),
        " 12.5 ".into(),
        "2026-02-28 23:59:59.123456".into(),
        'c'.into(),
        vec![1_u8].into(),
        uuid::Uuid::from_u128(5).into(),
        Value::BigInt(None),
        Value::Bool(None),
        Value::String(None),
        Value::ChronoDateTime(None),
        Value::ChronoDateTimeUtc(None),
    ];
    for moment in moments() {
        let east = chrono::FixedOffset::east_opt(3600).unwrap();
        values.push(moment.into());
        values.push(moment.and_utc().into());
        values.push(moment.and_utc().with_timezone(&east).into());
    }
    values.extend(decimals());
    values
}

/// Inserts `value` through the driver, into a column of type `db_type`, and asks whether its usual form is
/// how `kind` is encoded.
async fn is_kept(db: &DatabaseConnection, kind: &ColumnKind, db_type: &str, value: Value) -> bool {
    let (encoded, usual) = (json_text(kind, "c").unwrap(), usual(kind, "c").unwrap());
    let form = format!("printf('{}', {})", usual.format, usual.arguments);
    db.execute_unprepared(&format!(
        "DROP TABLE IF EXISTS t; CREATE TABLE t (c {db_type})"
    ))
    .await
    .unwrap();
    let insert = "INSERT INTO t VALUES (?)";
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Sqlite,
        insert,
        [value],
    ))
    .await
    .unwrap();
    let ask = Statement::from_string(
        DbBackend::Sqlite,
        format!("SELECT {form} IS {encoded} AS kept FROM t"),
    );
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    row.try_get("", "kept").unwrap()
}

/// The form that a value is said to have without asking encodes it, whatever the driver and the column's type
/// make of it.
#[tokio::test]
async fn what_is_said_to_have_the_usual_form_has_it() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    for kind in kinds() {
        let mut said = 0;
        for db_type in TYPES {
            for value in values() {
                if keeps_usual(&kind, db_type, [&value].into_iter()) {
                    said += 1;
                    let kept = is_kept(&db, &kind, db_type, value.clone()).await;
                    assert!(kept, "{kind:?} {db_type} {value:?}");
                }
            }
        }
        assert!(said > 0, "{kind:?}");
    }
}

/// Values of other kinds are asked for their form each: they must not keep it from being known of the rest.
#[test]
fn kinds_without_a_usual_form_need_not_have_it() {
    let says = |kind, value: Value| keeps_usual(&kind, "text", [&value].into_iter());
    let scales = [None, Some(MAX_PLACES + 1)];
    for kind in [ColumnKind::Double, ColumnKind::Uuid, ColumnKind::Json]
        .into_iter()
        .chain(scales.map(|scale| ColumnKind::Decimal { scale }))
    {
        assert!(usual(&kind, "c").is_none());
        assert!(says(kind, Value::Double(None)));
    }
}

/// Else nothing would be gained.
#[test]
fn what_seaorm_declares_and_a_clock_tells_has_the_usual_form() {
    let now: DateTime<Utc> = moment(123_456_789).and_utc();
    let says = |kind, db_type, value: Value| keeps_usual(&kind, db_type, [&value].into_iter());
    assert!(says(ColumnKind::Integer, "bigint", 5_i64.into()));
    assert!(says(ColumnKind::Bool, "boolean", false.into()));
    assert!(says(ColumnKind::Text, "varchar(100)", "a".into()));
    assert!(says(
        ColumnKind::TimestampTz,
        "timestamp_with_timezone_text",
        now.into()
    ));
    let price = ColumnKind::Decimal { scale: Some(2) };
    for decimal in decimals().into_iter().take(5) {
        assert!(says(price.clone(), "real_decimal(10, 2)", decimal.clone()));
        assert!(!says(price.clone(), "text", decimal));
    }
}

#[test]
fn one_odd_value_is_enough() {
    let values = [Value::from(1), Value::from(2), Value::Int(None)];
    let says = |values: &[Value]| keeps_usual(&ColumnKind::Integer, "int", values.iter());
    assert!(says(&values[..2]) && !says(&values));
}
