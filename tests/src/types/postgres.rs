//! Types that only PostgreSQL has.
//!
//! What has no Rust type in SeaORM is a string with casts, as SeaORM's users write it.

use chrono::{NaiveDate, TimeZone, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::common::NativeEnum;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "types_postgres")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(column_type = "Decimal(None)")]
    pub decimal: Option<Decimal>,
    /// Whole microseconds, which the table of common types cannot hold on MariaDB.
    pub time: Option<Time>,
    pub date_time: Option<DateTime>,
    #[sea_orm(column_type = "Timestamp")]
    pub timestamp: Option<DateTime>,
    pub timestamp_utc: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Money(None)", select_as = "text", save_as = "money")]
    pub money: Option<String>,
    #[sea_orm(
        column_type = "Interval(None, None)",
        select_as = "text",
        save_as = "interval"
    )]
    pub interval: Option<String>,
    #[sea_orm(column_type = "Bit(Some(8))", select_as = "text", save_as = "bit(8)")]
    pub bit: Option<String>,
    #[sea_orm(column_type = "VarBit(16)", select_as = "text", save_as = "varbit")]
    pub var_bit: Option<String>,
    #[sea_orm(column_type = "Cidr", select_as = "text", save_as = "cidr")]
    pub cidr: Option<String>,
    #[sea_orm(column_type = "Inet", select_as = "text", save_as = "inet")]
    pub inet: Option<String>,
    #[sea_orm(column_type = "MacAddr", select_as = "text", save_as = "macaddr")]
    pub mac_addr: Option<String>,
    #[sea_orm(column_type = "LTree", select_as = "text", save_as = "ltree")]
    pub l_tree: Option<String>,
    #[sea_orm(
        column_type = "custom(\"timetz\")",
        select_as = "text",
        save_as = "timetz"
    )]
    pub time_tz: Option<String>,
    #[sea_orm(
        column_type = "custom(\"int4range\")",
        select_as = "text",
        save_as = "int4range"
    )]
    pub range: Option<String>,
    pub small_integers: Option<Vec<i16>>,
    pub integers: Option<Vec<i32>>,
    pub big_integers: Option<Vec<i64>>,
    pub floats: Option<Vec<f32>>,
    pub doubles: Option<Vec<f64>>,
    pub decimals: Option<Vec<Decimal>>,
    pub booleans: Option<Vec<bool>>,
    pub strings: Option<Vec<String>>,
    pub uuids: Option<Vec<Uuid>>,
    pub dates: Option<Vec<Date>>,
    pub times: Option<Vec<Time>>,
    pub date_times: Option<Vec<DateTime>>,
    pub timestamps: Option<Vec<DateTimeUtc>>,
    pub enums: Option<Vec<NativeEnum>>,
}

changesets_seaorm::track!(ActiveModel);

/// A row with a value in every column, in the form in which the server gives it back.
pub fn full(id: i64) -> ActiveModel {
    let date_time = NaiveDate::from_ymd_opt(2024, 2, 29)
        .and_then(|date| date.and_hms_micro_opt(23, 59, 58, 123_456))
        .expect("a date and time");
    let text = |text: &str| Set(Some(text.to_owned()));
    ActiveModel {
        id: Set(id),
        decimal: Set(Some(Decimal::new(12_500, 2))),
        time: Set(Some(date_time.time())),
        date_time: Set(Some(date_time)),
        timestamp: Set(Some(date_time)),
        timestamp_utc: Set(Some(Utc.from_utc_datetime(&date_time))),
        money: text("$1,234.50"),
        interval: text("1 year 2 mons 3 days 04:05:06"),
        bit: text("10100101"),
        var_bit: text("101"),
        cidr: text("10.1.0.0/16"),
        inet: text("192.168.0.1/24"),
        mac_addr: text("08:00:2b:01:02:03"),
        l_tree: text("top.science"),
        time_tz: text("23:59:58.5+02"),
        range: text("[1,10)"),
        small_integers: Set(Some(vec![i16::MIN, i16::MAX])),
        integers: Set(Some(vec![1, -2, 3])),
        big_integers: Set(Some(vec![i64::MIN, i64::MAX])),
        floats: Set(Some(vec![0.1, 2.5])),
        doubles: Set(Some(vec![0.1 + 0.2])),
        decimals: Set(Some(vec![Decimal::new(1250, 2), Decimal::new(3, 0)])),
        booleans: Set(Some(vec![true, false])),
        strings: Set(Some(vec![
            "a,b".to_owned(),
            "\"{}\\".to_owned(),
            String::new(),
        ])),
        uuids: Set(Some(vec![Uuid::from_u128(7)])),
        dates: Set(Some(vec![date_time.date()])),
        times: Set(Some(vec![date_time.time()])),
        date_times: Set(Some(vec![date_time])),
        timestamps: Set(Some(vec![Utc.from_utc_datetime(&date_time)])),
        enums: Set(Some(vec![NativeEnum::Never, NativeEnum::EveryDay])),
    }
}

/// A row with NULL in every column but the key.
pub fn nulls(id: i64) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        ..Default::default()
    }
}
