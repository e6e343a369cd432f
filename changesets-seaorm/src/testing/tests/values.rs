//! Expected values are written as the log writes them.

use changesets_core::ColumnKind;
use sea_orm::{
    Value,
    prelude::{Date, DateTimeUtc, DateTimeWithTimeZone, Decimal, Time, Uuid},
};
use serde_json::{Value as Json, json};

use crate::testing::{
    name::{AnyKey, IntoEntity, IntoKey},
    value::{by_kind, by_value, same},
};

#[test]
fn by_their_own_types() {
    let utc: DateTimeUtc = "2026-01-01T12:00:00Z".parse().unwrap();
    let zoned: DateTimeWithTimeZone = "2026-01-01T13:00:00+01:00".parse().unwrap();
    let id = Uuid::from_u128(0xAB);
    let written: [(Value, Json); 15] = [
        (7.into(), json!(7)),
        (u64::MAX.into(), json!(u64::MAX)),
        (true.into(), json!(true)),
        (0.1_f32.into(), json!(0.1)),
        (f64::NAN.into(), json!("NaN")),
        (f32::NEG_INFINITY.into(), json!("-Infinity")),
        ("tin".into(), json!("tin")),
        (None::<String>.into(), Json::Null),
        (vec![10_u8, 255].into(), json!("0aff")),
        (id.into(), json!("00000000-0000-0000-0000-0000000000ab")),
        (json!({"a": [1]}).into(), json!({"a": [1]})),
        (json!("[1]").into(), json!("[1]")),
        (utc.into(), json!("2026-01-01T12:00:00.000000Z")),
        (zoned.into(), json!("2026-01-01T12:00:00.000000Z")),
        (
            Date::from_ymd_opt(2026, 1, 1).unwrap().into(),
            json!("2026-01-01"),
        ),
    ];
    for (value, json) in written {
        assert_eq!(by_value(&value), json, "{value:?}");
    }
    let noon = Time::from_hms_opt(12, 0, 0).unwrap();
    assert_eq!(by_value(&noon.into()), json!("12:00:00.000000"));
    assert_eq!(
        by_value(&noon_of(utc).into()),
        json!("2026-01-01T12:00:00.000000")
    );
}

fn noon_of(time: DateTimeUtc) -> sea_orm::prelude::DateTime {
    time.naive_utc()
}

#[cfg(feature = "with-rust_decimal")]
#[test]
fn by_the_kind_of_their_column() {
    let price = ColumnKind::Decimal { scale: Some(2) };
    assert_eq!(by_kind(&price, &Decimal::from(12).into()), json!("12.00"));
    assert_eq!(by_kind(&price, &12.into()), json!("12.00"));
    assert_eq!(by_value(&Decimal::new(1250, 2).into()), json!("12.50"));
    // What cannot be of this kind stays what it is, and matches nothing.
    assert_eq!(by_kind(&ColumnKind::Bool, &"tin".into()), json!("tin"));
}

#[test]
fn numbers_are_compared_by_value_only_where_one_is_a_float() {
    assert!(same(&json!(12), &json!(12.0)));
    assert!(same(&json!(12.0), &json!(12)));
    assert!(!same(&json!(12), &json!(12.5)));
    assert!(!same(&json!(u64::MAX), &json!(u64::MAX - 1)));
    assert!(!same(&json!("12"), &json!(12)));
}

#[test]
fn keys_are_text() {
    let seat = "seat".into_entity();
    let text = |key: Option<changesets_core::ObjectKey>| key.map(String::from);
    assert_eq!(text(7.into_key(&seat)).as_deref(), Some("7"));
    assert_eq!(text("7".into_key(&seat)).as_deref(), Some("7"));
    assert_eq!(
        text(("a", 7).into_key(&seat)).as_deref(),
        Some(r#"["a",7]"#)
    );
    assert_eq!(text(None::<i32>.into_key(&seat)).as_deref(), Some("[null]"));
    assert_eq!(text(AnyKey.into_key(&seat)), None);
}
