//! Dates and times, for `chrono` and `time`.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use sea_orm::{Value, sea_query::ArrayType};
use serde_json::Value as Json;

use super::nullable;

pub(super) fn decode(json: &Json, ty: &ArrayType) -> Option<Value> {
    Some(match ty {
        ArrayType::ChronoDate => Value::ChronoDate(nullable(json, date)?),
        ArrayType::ChronoTime => Value::ChronoTime(nullable(json, time)?),
        ArrayType::ChronoDateTime => Value::ChronoDateTime(nullable(json, date_time)?),
        ArrayType::ChronoDateTimeUtc => Value::ChronoDateTimeUtc(nullable(json, utc)?),
        ArrayType::ChronoDateTimeLocal => Value::ChronoDateTimeLocal(
            nullable(json, utc)?.map(|instant| instant.with_timezone(&Local)),
        ),
        ArrayType::ChronoDateTimeWithTimeZone => Value::ChronoDateTimeWithTimeZone(
            nullable(json, utc)?.map(|instant| instant.fixed_offset()),
        ),
        #[cfg(feature = "with-time")]
        ArrayType::TimeDate => Value::TimeDate(nullable(json, time_crate::date)?),
        #[cfg(feature = "with-time")]
        ArrayType::TimeTime => Value::TimeTime(nullable(json, time_crate::time)?),
        #[cfg(feature = "with-time")]
        ArrayType::TimeDateTime => Value::TimeDateTime(nullable(json, time_crate::date_time)?),
        #[cfg(feature = "with-time")]
        ArrayType::TimeDateTimeWithTimeZone => {
            Value::TimeDateTimeWithTimeZone(nullable(json, time_crate::instant)?)
        }
        _ => return None,
    })
}

fn date(json: &Json) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(json.as_str()?, "%Y-%m-%d").ok()
}

fn time(json: &Json) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(json.as_str()?, "%H:%M:%S%.f").ok()
}

fn date_time(json: &Json) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(json.as_str()?, "%Y-%m-%dT%H:%M:%S%.f").ok()
}

fn utc(json: &Json) -> Option<DateTime<Utc>> {
    let text = json.as_str()?;
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    // A column without a time zone in the database, with one in the entity.
    date_time(json).map(|naive| naive.and_utc())
}

/// The same by way of `chrono`, so that the `time` crate needs none of its parsers.
#[cfg(feature = "with-time")]
mod time_crate {
    use chrono::{Datelike, Timelike};
    use sea_orm::prelude::{TimeDate, TimeDateTime, TimeDateTimeWithTimeZone, TimeTime};
    use serde_json::Value as Json;

    pub(super) fn date(json: &Json) -> Option<TimeDate> {
        from_date(super::date(json)?)
    }

    pub(super) fn time(json: &Json) -> Option<TimeTime> {
        from_time(super::time(json)?)
    }

    pub(super) fn date_time(json: &Json) -> Option<TimeDateTime> {
        let naive = super::date_time(json)?;
        Some(TimeDateTime::new(
            from_date(naive.date())?,
            from_time(naive.time())?,
        ))
    }

    pub(super) fn instant(json: &Json) -> Option<TimeDateTimeWithTimeZone> {
        let instant = super::utc(json)?;
        let nanos = i128::from(instant.timestamp()) * 1_000_000_000
            + i128::from(instant.timestamp_subsec_nanos());
        TimeDateTimeWithTimeZone::from_unix_timestamp_nanos(nanos).ok()
    }

    fn from_date(date: chrono::NaiveDate) -> Option<TimeDate> {
        TimeDate::from_ordinal_date(date.year(), u16::try_from(date.ordinal()).ok()?).ok()
    }

    fn from_time(time: chrono::NaiveTime) -> Option<TimeTime> {
        let part = |number: u32| u8::try_from(number).ok();
        TimeTime::from_hms_nano(
            part(time.hour())?,
            part(time.minute())?,
            part(time.second())?,
            time.nanosecond(),
        )
        .ok()
    }
}
