//! Dates and times.
//!
//! Databases have values here that no calendar has (`infinity`, `0000-00-00`, `838:59:59`, years
//! before Christ), so whatever does not parse is kept as the database wrote it.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde_json::Value;

use super::scalar;

/// The form `read` gives, or the database's text.
pub(super) fn kept(raw: Value, read: impl FnOnce(&str) -> Option<String>) -> Value {
    match scalar::text(raw) {
        Value::String(text) => Value::String(read(text.trim()).unwrap_or(text)),
        other => other,
    }
}

pub(super) fn date(text: &str) -> Option<String> {
    let (date, time, _) = moment(text)?;
    // A date that SQLite stored as midnight. Any other time of day is more than a date.
    (time == NaiveTime::MIN).then(|| write_date(date))?
}

pub(super) fn time(text: &str) -> Option<String> {
    let (time, rest) = read_time(text)?;
    rest.is_empty().then(|| write_time(time))
}

pub(super) fn timestamp(text: &str) -> Option<String> {
    let (date, time, offset) = moment(text)?;
    // Text from a client that stored a point in time in UTC. Another offset would be lost.
    if offset.is_some_and(|offset| offset.local_minus_utc() != 0) {
        return None;
    }
    Some(format!("{}T{}", write_date(date)?, write_time(time)))
}

pub(super) fn timestamp_tz(text: &str) -> Option<String> {
    let (date, time, offset) = moment(text)?;
    let local = NaiveDateTime::new(date, time);
    let utc = match offset {
        Some(offset) => local.checked_sub_offset(offset)?,
        None => local,
    };
    Some(format!(
        "{}T{}Z",
        write_date(utc.date())?,
        write_time(utc.time())
    ))
}

/// Date, time of day (midnight when absent) and offset (where given).
fn moment(text: &str) -> Option<(NaiveDate, NaiveTime, Option<FixedOffset>)> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = read_date(date)?;
    if rest.is_empty() {
        return Some((date, NaiveTime::MIN, None));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = read_time(rest)?;
    let rest = rest.trim_start();
    let offset = if rest.is_empty() {
        None
    } else {
        Some(read_offset(rest)?)
    };
    Some((date, time, offset))
}

/// `YYYY-MM-DD`, nothing else.
fn read_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(digits(year)?.try_into().ok()?, two(month)?, two(day)?)
}

/// `HH:MM`, `HH:MM:SS` or with up to nine digits of a fraction, and what follows.
fn read_time(text: &str) -> Option<(NaiveTime, &str)> {
    let (hour, rest) = text.split_at_checked(2)?;
    let (minute, mut rest) = rest.strip_prefix(':')?.split_at_checked(2)?;
    let (mut second, mut micros) = ("00", 0);
    if let Some(more) = rest.strip_prefix(':') {
        (second, rest) = more.split_at_checked(2)?;
        if let Some(more) = rest.strip_prefix('.') {
            let end = more
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(more.len());
            let (fraction, after) = more.split_at(end);
            micros = read_micros(fraction)?;
            rest = after;
        }
    }
    let time = NaiveTime::from_hms_micro_opt(two(hour)?, two(minute)?, two(second)?, micros)?;
    Some((time, rest))
}

/// Microseconds; finer digits are cut off.
fn read_micros(fraction: &str) -> Option<u32> {
    if !(1..=9).contains(&fraction.len()) {
        return None;
    }
    let kept = &fraction[..fraction.len().min(6)];
    let missing = u32::try_from(6 - kept.len()).ok()?;
    Some(digits(kept)? * 10_u32.pow(missing))
}

/// `Z`, `UTC`, or a sign with hours, minutes and seconds, with or without colons.
fn read_offset(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return FixedOffset::east_opt(0);
    }
    let (sign, text) = match text.strip_prefix('+') {
        Some(text) => (1, text),
        None => (-1, text.strip_prefix('-')?),
    };
    if !text.is_ascii() {
        return None;
    }
    let digits: String = match text.len() {
        2 | 4 => text.to_owned(),
        5 | 8 => {
            let parts: Vec<&str> = text.split(':').collect();
            if parts.iter().any(|part| part.len() != 2) {
                return None;
            }
            parts.concat()
        }
        _ => return None,
    };
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), two);
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let total = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
    FixedOffset::east_opt(sign * total)
}

fn two(text: &str) -> Option<u32> {
    if text.len() == 2 { digits(text) } else { None }
}

/// Digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

/// Years beyond four digits have no form all readers agree on.
fn write_date(date: NaiveDate) -> Option<String> {
    (0..=9999)
        .contains(&date.year())
        .then(|| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()))
}

fn write_time(time: NaiveTime) -> String {
    format!(
        "{:02}:{:02}:{:02}.{:06}",
        time.hour(),
        time.minute(),
        time.second(),
        time.nanosecond() / 1000
    )
}
