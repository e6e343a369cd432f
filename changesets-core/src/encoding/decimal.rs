//! Exact decimals.

use serde_json::Value;

use super::error::EncodingError;
use super::scalar::describe;

/// The most digits an exponent may spell out: more than any database's decimal has.
const MAX_EXPONENT: u64 = 200_000;

/// A string with at least `scale` digits after the point. Digits are added, never removed: what the
/// database holds is not ours to round.
pub(super) fn decimal(raw: Value, scale: Option<u32>) -> Result<Value, EncodingError> {
    let text = match raw {
        Value::String(text) => text,
        Value::Number(number) => {
            let text = number.to_string();
            match text.strip_suffix(".0") {
                // How JSON marks a double; no digit of the decimal.
                Some(whole) if number.is_f64() => whole.to_owned(),
                _ => text,
            }
        }
        other => {
            return Err(EncodingError::Unexpected {
                expected: "decimal",
                found: describe(&other),
            });
        }
    };
    let scale = scale.map_or(0, |scale| scale as usize);
    Ok(Value::String(match Digits::read(text.trim()) {
        Some(digits) => digits.write(scale),
        // Databases have decimals that are no numbers, and money in words of the locale.
        None if text.trim().eq_ignore_ascii_case("nan") => "NaN".to_owned(),
        None => text,
    }))
}

struct Digits {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Digits {
    fn read(text: &str) -> Option<Self> {
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        if exponent.unsigned_abs() > MAX_EXPONENT {
            return None;
        }
        let mut digits = Self {
            negative,
            whole: whole.to_owned(),
            fraction: fraction.to_owned(),
        };
        digits.shift(exponent);
        Some(digits)
    }

    /// Moves the point by the exponent: to the right when positive.
    fn shift(&mut self, exponent: i64) {
        let places = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
        if exponent > 0 {
            while self.fraction.len() < places {
                self.fraction.push('0');
            }
            let rest = self.fraction.split_off(places);
            self.whole
                .push_str(&std::mem::replace(&mut self.fraction, rest));
        } else {
            let missing = places.saturating_sub(self.whole.len());
            self.whole.insert_str(0, &"0".repeat(missing));
            let moved = self.whole.split_off(self.whole.len() - places);
            self.fraction.insert_str(0, &moved);
        }
    }

    fn write(mut self, scale: usize) -> String {
        while self.fraction.len() < scale {
            self.fraction.push('0');
        }
        let whole = match self.whole.trim_start_matches('0') {
            "" => "0",
            whole => whole,
        };
        let zero = whole == "0" && self.fraction.bytes().all(|byte| byte == b'0');
        let sign = if self.negative && !zero { "-" } else { "" };
        if self.fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{}", self.fraction)
        }
    }
}
