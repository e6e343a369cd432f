//! Numbers as people read them.

use crate::{figure::Against, spread::Spread};

/// Three digits that mean something.
pub(super) fn short(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    if value.abs() >= 1_000.0 {
        #[expect(clippy::cast_possible_truncation, reason = "far below 2^53")]
        let whole = value.round() as i64;
        let sign = if whole < 0 { "−" } else { "" };
        return format!("{sign}{}", thousands(whole.abs()));
    }
    format!("{value:.digits$}")
}

/// `1.52 × (1.49–1.55)`.
pub(super) fn ratio(ratio: Spread) -> String {
    let Spread { median, low, high } = ratio;
    format!("{} × ({}–{})", short(median), short(low), short(high))
}

/// The ratio, and what is added beside it.
pub(super) fn against(against: &Against) -> String {
    let added = signed(against.added.median);
    format!("{} {added}", ratio(against.ratio))
}

/// With its sign, whichever it is.
pub(super) fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", short(value.abs()))
}

/// A number as people write it.
pub(crate) fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{short, thousands};

    #[test]
    fn three_digits_are_enough() {
        for (value, text) in [
            (0.123, "0.12"),
            (9.999, "10.0"),
            (12.34, "12.3"),
            (123.4, "123"),
            (1234.5, "1,235"),
            (-1234.4, "−1,234"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn commas_part_thousands() {
        assert_eq!(thousands(1), "1");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
