//! Texts of many parts, by one call of `printf`: each `||` would allocate what it makes.

use super::super::{super::Dialect, Part};

/// The parts of one call, each of which gives it two arguments at most. Any version of SQLite lets a function
/// have 127 (<https://www.sqlite.org/limits.html>, `SQLITE_MAX_FUNCTION_ARG`).
const MAX_PARTS: usize = 63;

pub(in crate::dialect::json) fn concat(dialect: Dialect, parts: &[Part]) -> String {
    let calls = parts.chunks(MAX_PARTS).map(|parts| {
        let usual = parts.iter().filter_map(|part| match part {
            Part::Usual { usual, .. } => usual.is.as_deref(),
            _ => None,
        });
        let usual: Vec<&str> = usual.collect();
        let any = printf(dialect, parts, false);
        if usual.is_empty() {
            return any;
        }
        format!(
            "CASE WHEN {} THEN {} ELSE {any} END",
            usual.join(" AND "),
            printf(dialect, parts, true),
        )
    });
    calls.collect::<Vec<_>>().join(" || ")
}

/// The parts by one call, in the usual form where they have one if `usually`, or always if they always have it.
fn printf(dialect: Dialect, parts: &[Part], usually: bool) -> String {
    let (mut format, mut arguments) = (String::new(), String::new());
    for part in parts {
        match part {
            Part::Literal(text) => format.push_str(&text.replace('%', "%%")),
            Part::Usual { usual, .. } if usually || usual.is.is_none() => {
                format.push_str(&usual.format);
                arguments.push_str(&format!(", {}", usual.arguments));
            }
            // NULL would be taken for nothing, so what fails goes in its place.
            Part::Value(value) | Part::Usual { value, .. } => {
                format.push_str("%s");
                arguments.push_str(&format!(", coalesce({value}, json(''))"));
            }
        }
    }
    format!("printf({}{arguments})", dialect.literal(&format))
}
