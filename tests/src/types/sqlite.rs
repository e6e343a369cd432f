//! Types that SeaORM binds and reads on SQLite but not everywhere.

use chrono::{NaiveDate, TimeZone, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "types_sqlite")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub tiny_integer: Option<i8>,
    pub tiny_unsigned: Option<u8>,
    pub small_unsigned: Option<u16>,
    pub unsigned: Option<u32>,
    #[sea_orm(column_type = "Decimal(None)")]
    pub decimal: Option<Decimal>,
    #[sea_orm(column_type = "Money(Some((19, 4)))")]
    pub money: Option<Decimal>,
    /// Whole microseconds, which the table of common types cannot hold on MariaDB.
    pub time: Option<Time>,
    pub date_time: Option<DateTime>,
    #[sea_orm(column_type = "Timestamp")]
    pub timestamp: Option<DateTime>,
    pub timestamp_utc: Option<DateTimeUtc>,
}

changesets_seaorm::track!(ActiveModel);

/// A row with a value in every column.
pub fn full(id: i64) -> ActiveModel {
    let date_time = NaiveDate::from_ymd_opt(2024, 2, 29)
        .and_then(|date| date.and_hms_micro_opt(23, 59, 58, 123_456))
        .expect("a date and time");
    ActiveModel {
        id: Set(id),
        tiny_integer: Set(Some(i8::MIN)),
        tiny_unsigned: Set(Some(u8::MAX)),
        small_unsigned: Set(Some(u16::MAX)),
        unsigned: Set(Some(u32::MAX)),
        decimal: Set(Some(Decimal::new(125, 1))),
        money: Set(Some(Decimal::new(99_9900, 4))),
        time: Set(Some(date_time.time())),
        date_time: Set(Some(date_time)),
        timestamp: Set(Some(date_time)),
        timestamp_utc: Set(Some(Utc.from_utc_datetime(&date_time))),
    }
}

/// A row with NULL in every column but the key.
pub fn nulls(id: i64) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        ..Default::default()
    }
}
