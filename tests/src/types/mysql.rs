//! Types that only MySQL and MariaDB have, or that SeaORM binds and reads only there.

use chrono::{NaiveDate, TimeZone, Timelike, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "types_mysql")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub tiny_integer: Option<i8>,
    pub tiny_unsigned: Option<u8>,
    pub small_unsigned: Option<u16>,
    pub unsigned: Option<u32>,
    pub big_unsigned: Option<u64>,
    #[sea_orm(column_type = "Year")]
    pub year: Option<u16>,
    #[sea_orm(column_type = "Bit(Some(12))")]
    pub bit: Option<u64>,
    #[sea_orm(column_type = "Money(Some((19, 4)))")]
    pub money: Option<Decimal>,
    #[sea_orm(column_type = "custom(\"time(6)\")")]
    pub time: Option<Time>,
    #[sea_orm(column_type = "custom(\"datetime(6)\")")]
    pub date_time: Option<DateTime>,
    /// Read as UTC: sqlx does not give a TIMESTAMP as a time without a zone.
    #[sea_orm(column_type = "Timestamp")]
    pub timestamp: Option<DateTimeUtc>,
    #[sea_orm(column_type = "custom(\"timestamp(6)\")")]
    pub timestamp_utc: Option<DateTimeUtc>,
    #[sea_orm(column_type = "custom(\"mediumtext\")")]
    pub medium_text: Option<String>,
    #[sea_orm(column_type = "custom(\"longblob\")")]
    pub long_blob: Option<Vec<u8>>,
    #[sea_orm(column_type = "custom(\"set('a','b','c')\")")]
    pub set_of: Option<String>,
}

changesets_seaorm::track!(ActiveModel);

/// A row with a value in every column.
pub fn full(id: i64) -> ActiveModel {
    let date_time = NaiveDate::from_ymd_opt(2024, 2, 29)
        .and_then(|date| date.and_hms_micro_opt(23, 59, 58, 123_456))
        .expect("a date and time");
    let whole_seconds = date_time.with_nanosecond(0).expect("a date and time");
    ActiveModel {
        id: Set(id),
        tiny_integer: Set(Some(i8::MIN)),
        tiny_unsigned: Set(Some(u8::MAX)),
        small_unsigned: Set(Some(u16::MAX)),
        unsigned: Set(Some(u32::MAX)),
        big_unsigned: Set(Some(u64::MAX)),
        year: Set(Some(2024)),
        bit: Set(Some(0b1010_0000_0101)),
        money: Set(Some(Decimal::new(99_9900, 4))),
        time: Set(Some(date_time.time())),
        date_time: Set(Some(date_time)),
        timestamp: Set(Some(Utc.from_utc_datetime(&whole_seconds))),
        timestamp_utc: Set(Some(Utc.from_utc_datetime(&date_time))),
        medium_text: Set(Some("medium".to_owned())),
        long_blob: Set(Some(vec![0, 0xff])),
        set_of: Set(Some("a,c".to_owned())),
    }
}

/// A row with NULL in every column but the key.
pub fn nulls(id: i64) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        ..Default::default()
    }
}
