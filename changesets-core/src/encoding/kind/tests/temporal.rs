use serde_json::{Value, json};

use super::{canonical, check};
use crate::ColumnKind::{self, Date, Time, Timestamp, TimestampTz};

fn keeps(kind: &ColumnKind, texts: &[&str]) {
    for &text in texts {
        assert_eq!(canonical(kind, json!(text)), json!(text), "{kind:?}");
    }
}

fn becomes(kind: &ColumnKind, expected: &str, texts: &[&str]) {
    for &text in texts {
        check(kind, [(json!(text), json!(expected))]);
    }
}

#[test]
fn dates() {
    becomes(
        &Date,
        "2026-03-01",
        &[
            "2026-03-01",
            "2026-03-01 00:00:00",
            "2026-03-01T00:00:00.000",
        ],
    );
    becomes(&Date, "0001-01-01", &["0001-01-01"]);
    keeps(
        &Date,
        &[
            "infinity",
            "-infinity",
            "0000-00-00",
            "2026-02-30",
            "0044-03-15 BC",
        ],
    );
    keeps(
        &Date,
        &[
            "12026-03-01",
            "2026-3-1",
            "2026-03-01 10:00:00",
            "",
            "2026-03-0é",
            "+026-03-01",
        ],
    );
}

#[test]
fn times_of_day() {
    becomes(
        &Time,
        "09:30:00.000000",
        &["09:30", "09:30:00", "09:30:00.0", "09:30:00.000000"],
    );
    becomes(
        &Time,
        "09:30:00.120000",
        &["09:30:00.12", "09:30:00.120000", "09:30:00.120000999"],
    );
    becomes(&Time, "23:59:59.999999", &["23:59:59.999999999"]);
    keeps(
        &Time,
        &[
            "24:00:00",
            "838:59:59",
            "-01:00:00",
            "09:30:00+02",
            "09:30:00.",
            "9:30:00",
        ],
    );
    keeps(&Time, &["09:30:00.1234567890", "noon"]);
}

#[test]
fn timestamps() {
    becomes(
        &Timestamp,
        "2026-03-01T09:30:00.000000",
        &[
            "2026-03-01 09:30:00",
            "2026-03-01T09:30",
            "2026-03-01 09:30:00.0+00:00",
            "2026-03-01T09:30:00Z",
        ],
    );
    becomes(&Timestamp, "2026-03-01T00:00:00.000000", &["2026-03-01"]);
    becomes(
        &Timestamp,
        "2026-03-01T09:30:00.123456",
        &["2026-03-01 09:30:00.123456789"],
    );
    keeps(
        &Timestamp,
        &[
            "infinity",
            "0000-00-00 00:00:00",
            "2026-03-01 09:30:00+02",
            "yesterday",
        ],
    );
    check(&Timestamp, [(json!(1_772_357_400), json!("1772357400"))]);
}

#[test]
fn points_in_time_are_in_utc() {
    becomes(
        &TimestampTz,
        "2026-03-01T09:30:00.500000Z",
        &[
            "2026-03-01T09:30:00.500000Z",
            "2026-03-01 09:30:00.5",
            "2026-03-01 09:30:00.5+00:00",
            "2026-03-01 09:30:00.5 +00:00",
            "2026-03-01 09:30:00.5+00",
            "2026-03-01 09:30:00.5+0000",
            "2026-03-01 09:30:00.5 UTC",
            "2026-03-01 10:30:00.5+01",
            "2026-03-01T05:00:00.5-0430",
            "2026-03-01 15:00:00.5+05:30",
            "2026-03-01 09:49:32.5+00:19:32",
        ],
    );
    becomes(
        &TimestampTz,
        "2025-12-31T23:00:00.000000Z",
        &["2026-01-01T00:00:00+01:00"],
    );
    becomes(&TimestampTz, "2026-03-01T00:00:00.000000Z", &["2026-03-01"]);
    keeps(
        &TimestampTz,
        &[
            "infinity",
            "2026-03-01 09:30:00+1",
            "2026-03-01 09:30:00 CET",
        ],
    );
    keeps(
        &TimestampTz,
        &["2026-03-01 09:30:00+99:00", "2026-03-01 09:30:00+01:75"],
    );
    keeps(
        &TimestampTz,
        &["0000-01-01T00:00:00+01:00", "2026-03-01 09:30:00+aéb"],
    );
}

#[test]
fn any_other_value_is_kept_as_text() {
    for kind in [Date, Time, Timestamp, TimestampTz] {
        check(
            &kind,
            [(json!(20), json!("20")), (Value::Null, Value::Null)],
        );
    }
}
