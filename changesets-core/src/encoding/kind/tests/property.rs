use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{canonical, every_kind};
use crate::ColumnKind::{Decimal, Double, Float, Integer, TimestampTz};

/// What the log gives back: JSON text and nothing else.
fn through_text(value: &Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap()
}

proptest! {
    #[test]
    fn integers_round_trip(value: i64, unsigned: u64) {
        prop_assert_eq!(through_text(&canonical(&Integer, json!(value))), json!(value));
        prop_assert_eq!(canonical(&Integer, json!(value.to_string())), json!(value));
        prop_assert_eq!(canonical(&Integer, json!(unsigned.to_string())), json!(unsigned));
    }

    #[test]
    fn doubles_round_trip(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
        let read = through_text(&canonical(&Double, json!(value)));
        prop_assert_eq!(read.as_f64(), Some(value));
    }

    #[test]
    fn floats_round_trip(value in proptest::num::f32::NORMAL | proptest::num::f32::SUBNORMAL) {
        let wide = canonical(&Float, json!(f64::from(value)));
        prop_assert_eq!(&canonical(&Float, json!(value.to_string())), &wide);
        #[expect(clippy::cast_possible_truncation, reason = "what a reader of the log does")]
        let narrow = through_text(&wide).as_f64().map(|value| value as f32);
        prop_assert_eq!(narrow, Some(value));
    }

    #[test]
    fn decimals_keep_their_digits(units in -1_000_000_000_i64..1_000_000_000, scale in 0_u32..6) {
        let magnitude = units.unsigned_abs();
        let power = 10_u64.pow(scale);
        let sign = if units < 0 { "-" } else { "" };
        let whole = magnitude / power;
        let expected = match scale {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{:0width$}", magnitude % power, width = scale as usize),
        };
        let kind = Decimal { scale: Some(scale) };
        prop_assert_eq!(canonical(&kind, json!(format!("{units}e-{scale}"))), json!(expected.clone()));
        prop_assert_eq!(canonical(&kind, json!(expected.clone())), json!(expected));
    }

    #[test]
    fn points_in_time_mean_the_same_in_every_offset(
        seconds in 0_i64..4_000_000_000,
        micros in 0_u32..1_000_000,
        minutes in -14 * 60..14 * 60,
    ) {
        let utc = DateTime::from_timestamp(seconds, micros * 1000).unwrap();
        let local = utc.with_timezone(&FixedOffset::east_opt(minutes * 60).unwrap());
        let expected = canonical(&TimestampTz, json!(utc.to_rfc3339()));
        prop_assert_eq!(&canonical(&TimestampTz, json!(local.to_rfc3339())), &expected);
        prop_assert_eq!(expected.as_str().unwrap().parse(), Ok(utc));
    }

    #[test]
    fn any_text_has_one_form_and_never_panics(text in "\\PC{0,30}|[-+0-9:.TZe ]{0,32}") {
        for kind in every_kind() {
            if let Ok(first) = kind.canonical(json!(text)) && !kind.holds_json() {
                prop_assert_eq!(canonical(&kind, first.clone()), first, "{:?}", kind);
            }
        }
    }
}
