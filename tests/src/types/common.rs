//! The types all three databases have.

use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, FromJsonQueryResult};
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
pub enum TextEnum {
    #[sea_orm(string_value = "S")]
    Small,
    #[sea_orm(string_value = "L")]
    Large,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
pub enum NumberEnum {
    #[sea_orm(num_value = 0)]
    Black,
    #[sea_orm(num_value = 1)]
    White,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "native_enum")]
pub enum NativeEnum {
    #[sea_orm(string_value = "Every day")]
    EveryDay,
    #[sea_orm(string_value = "Never")]
    Never,
}

/// A struct stored as JSON.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, FromJsonQueryResult,
)]
pub struct Size {
    pub width: u32,
    pub unit: String,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "types_common")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(column_type = "Char(Some(8))")]
    pub character: Option<String>,
    pub string: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub string_n: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub text: Option<String>,
    pub small_integer: Option<i16>,
    pub integer: Option<i32>,
    pub big_integer: Option<i64>,
    pub float: Option<f32>,
    pub double: Option<f64>,
    #[sea_orm(column_type = "Decimal(Some((20, 6)))")]
    pub decimal: Option<Decimal>,
    pub boolean: Option<bool>,
    pub date: Option<Date>,
    pub time: Option<Time>,
    pub date_time: Option<DateTime>,
    pub timestamp_utc: Option<DateTimeUtc>,
    pub timestamp_offset: Option<DateTimeWithTimeZone>,
    #[sea_orm(column_type = "Binary(4)")]
    pub binary: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(64))")]
    pub var_binary: Option<Vec<u8>>,
    #[sea_orm(column_type = "Blob")]
    pub blob: Option<Vec<u8>>,
    pub json: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub json_binary: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub json_struct: Option<Size>,
    pub uuid: Option<Uuid>,
    pub text_enum: Option<TextEnum>,
    pub number_enum: Option<NumberEnum>,
    pub native_enum: Option<NativeEnum>,
}

changesets_seaorm::track!(ActiveModel);

/// A row with a value in every column. Times are whole seconds: MariaDB's default columns
/// keep no more, and [`super::mysql`] has columns that do.
pub fn full(id: i64) -> ActiveModel {
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a leap day");
    let time = NaiveTime::from_hms_opt(23, 59, 58).expect("a time");
    let utc = Utc.from_utc_datetime(&date.and_time(time));
    ActiveModel {
        id: Set(id),
        character: Set(Some("eightchr".to_owned())),
        string: Set(Some("it's \"quoted\" \\ and ünïcödé 🦀".to_owned())),
        string_n: Set(Some(String::new())),
        text: Set(Some("two\nlines\tand a tab".to_owned())),
        small_integer: Set(Some(i16::MIN)),
        integer: Set(Some(i32::MAX)),
        big_integer: Set(Some(i64::MAX)),
        float: Set(Some(0.1)),
        double: Set(Some(0.1 + 0.2)),
        decimal: Set(Some(Decimal::new(12_500_000, 6))),
        boolean: Set(Some(true)),
        date: Set(Some(date)),
        time: Set(Some(time)),
        date_time: Set(Some(date.and_time(time))),
        timestamp_utc: Set(Some(utc)),
        timestamp_offset: Set(Some(utc.fixed_offset())),
        binary: Set(Some(vec![0, 1, 254, 255])),
        var_binary: Set(Some(vec![0xde, 0xad, 0xbe, 0xef])),
        blob: Set(Some(Vec::new())),
        json: Set(Some(json!({ "a": [1, 2.5, null, true, "ü"], "b": {} }))),
        json_binary: Set(Some(json!([{ "deep": { "er": [] } }]))),
        json_struct: Set(Some(Size {
            width: 3,
            unit: "cm".to_owned(),
        })),
        uuid: Set(Some(Uuid::from_u128(
            0x0192_abcd_ef01_7234_8567_89ab_cdef_0123,
        ))),
        text_enum: Set(Some(TextEnum::Large)),
        number_enum: Set(Some(NumberEnum::White)),
        native_enum: Set(Some(NativeEnum::EveryDay)),
    }
}

/// A row with NULL in every column but the key.
pub fn nulls(id: i64) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        ..Default::default()
    }
}
