//! From the log's JSON to SeaORM values.

mod time;

use sea_orm::{
    Value,
    sea_query::{ArrayType, ColumnType, Enum, OptionEnum},
};
use serde_json::Value as Json;

/// `json`, as the value a Rust type with this array type is made of.
///
/// `None` when it is not such a value. JSON null becomes the type's NULL.
pub(crate) fn decode(json: &Json, ty: &ArrayType, column: &ColumnType) -> Option<Value> {
    if let ColumnType::Array(_) = column {
        return decode_array(json, ty);
    }
    decode_one(json, ty)
}

#[cfg(feature = "postgres-array")]
fn decode_array(json: &Json, ty: &ArrayType) -> Option<Value> {
    let elements = match json {
        Json::Null => None,
        Json::Array(elements) => Some(Box::new(
            elements
                .iter()
                .map(|element| decode_one(element, ty))
                .collect::<Option<Vec<_>>>()?,
        )),
        _ => return None,
    };
    Some(Value::Array(ty.clone(), elements))
}

#[cfg(not(feature = "postgres-array"))]
const fn decode_array(_: &Json, _: &ArrayType) -> Option<Value> {
    None
}

fn decode_one(json: &Json, ty: &ArrayType) -> Option<Value> {
    Some(match ty {
        ArrayType::Bool => Value::Bool(nullable(json, Json::as_bool)?),
        ArrayType::TinyInt => Value::TinyInt(nullable(json, signed)?),
        ArrayType::SmallInt => Value::SmallInt(nullable(json, signed)?),
        ArrayType::Int => Value::Int(nullable(json, signed)?),
        ArrayType::BigInt => Value::BigInt(nullable(json, signed)?),
        ArrayType::TinyUnsigned => Value::TinyUnsigned(nullable(json, unsigned)?),
        ArrayType::SmallUnsigned => Value::SmallUnsigned(nullable(json, unsigned)?),
        ArrayType::Unsigned => Value::Unsigned(nullable(json, unsigned)?),
        ArrayType::BigUnsigned => Value::BigUnsigned(nullable(json, unsigned)?),
        ArrayType::Float => Value::Float(nullable(json, float)?),
        ArrayType::Double => Value::Double(nullable(json, double)?),
        ArrayType::String => Value::String(nullable(json, string)?),
        ArrayType::Enum(name) => Value::Enum(match nullable(json, string)? {
            Some(value) => OptionEnum::Some(Box::new(Enum {
                type_name: (**name).clone(),
                value: value.into(),
            })),
            None => OptionEnum::None((**name).clone()),
        }),
        ArrayType::Char => Value::Char(nullable(json, character)?),
        ArrayType::Bytes => Value::Bytes(nullable(json, bytes)?),
        ArrayType::Json => Value::Json(match json {
            Json::Null => None,
            json => Some(Box::new(json.clone())),
        }),
        ArrayType::Uuid => Value::Uuid(nullable(json, parsed)?),
        #[cfg(feature = "with-rust_decimal")]
        ArrayType::Decimal => Value::Decimal(nullable(json, parsed)?),
        #[cfg(feature = "with-bigdecimal")]
        ArrayType::BigDecimal => Value::BigDecimal(nullable(json, parsed)?.map(Box::new)),
        other => return time::decode(json, other),
    })
}

/// JSON null is NULL; anything else must be read.
fn nullable<T>(json: &Json, read: impl FnOnce(&Json) -> Option<T>) -> Option<Option<T>> {
    match json {
        Json::Null => Some(None),
        json => read(json).map(Some),
    }
}

fn signed<T: TryFrom<i64>>(json: &Json) -> Option<T> {
    json.as_i64()?.try_into().ok()
}

fn unsigned<T: TryFrom<u64>>(json: &Json) -> Option<T> {
    json.as_u64()?.try_into().ok()
}

fn double(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        // What the log writes for what JSON has no number for.
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the number was written from a 32-bit one"
)]
fn float(json: &Json) -> Option<f32> {
    double(json).map(|number| number as f32)
}

fn string(json: &Json) -> Option<String> {
    json.as_str().map(ToOwned::to_owned)
}

fn character(json: &Json) -> Option<char> {
    let mut characters = json.as_str()?.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

fn bytes(json: &Json) -> Option<Vec<u8>> {
    let text = json.as_str()?.as_bytes();
    if text.len() % 2 != 0 {
        return None;
    }
    text.chunks(2)
        .map(|pair| {
            let digits = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(digits, 16).ok()
        })
        .collect()
}

fn parsed<T: std::str::FromStr>(json: &Json) -> Option<T> {
    json.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{
        prelude::{Date, DateTime, DateTimeUtc, DateTimeWithTimeZone, Time, Uuid},
        sea_query::ValueType,
    };
    use serde_json::json;

    fn read<V: ValueType>(json: &Json) -> Option<V> {
        let value = decode(json, &V::array_type(), &V::column_type())?;
        V::try_from(value).ok()
    }

    #[test]
    fn every_kind_of_value_is_read_back() {
        assert_eq!(read(&json!(7)), Some(7_i32));
        assert_eq!(read(&json!(7)), Some(7_i64));
        assert_eq!(read(&json!(u64::MAX)), Some(u64::MAX));
        assert_eq!(read::<i8>(&json!(300)), None);
        assert_eq!(read(&json!(0.1)), Some(0.1_f32));
        assert_eq!(read(&json!("-Infinity")), Some(f64::NEG_INFINITY));
        assert_eq!(read(&json!(true)), Some(true));
        assert_eq!(read(&json!("a")), Some('a'));
        assert_eq!(read(&json!("0aff")), Some(vec![10_u8, 255]));
        assert_eq!(read::<Vec<u8>>(&json!("0af")), None);
        assert_eq!(read(&json!("tea")), Some("tea".to_owned()));
        assert_eq!(read(&json!({"a": 1})), Some(json!({"a": 1})));
        let uuid = Uuid::from_u128(7);
        assert_eq!(read(&json!(uuid.to_string())), Some(uuid));
        assert_eq!(read(&json!(null)), Some(None::<i32>));
        assert_eq!(read::<String>(&json!(1)), None);
    }

    #[test]
    fn dates_and_times_are_read_back() {
        let date = Date::from_ymd_opt(2026, 7, 1).unwrap();
        let time = Time::from_hms_micro_opt(14, 3, 0, 250_000).unwrap();
        assert_eq!(read(&json!("2026-07-01")), Some(date));
        assert_eq!(read(&json!("14:03:00.250000")), Some(time));
        assert_eq!(
            read(&json!("2026-07-01T14:03:00.250000")),
            Some(DateTime::new(date, time))
        );
        let utc: DateTimeUtc = DateTime::new(date, time).and_utc();
        assert_eq!(read(&json!("2026-07-01T14:03:00.250000Z")), Some(utc));
        assert_eq!(
            read(&json!("2026-07-01T14:03:00.250000Z")),
            Some(DateTimeWithTimeZone::from(utc))
        );
    }

    #[cfg(feature = "with-rust_decimal")]
    #[test]
    fn a_decimal_keeps_its_scale() {
        let price: sea_orm::prelude::Decimal = read(&json!("12.50")).unwrap();
        assert_eq!(price.to_string(), "12.50");
    }

    #[cfg(feature = "postgres-array")]
    #[test]
    fn arrays_are_read_back() {
        assert_eq!(read(&json!([1, 2])), Some(vec![1_i32, 2]));
    }
}
