//! Texts of many parts, by one call of `printf`: each `||` would allocate what it makes.
//!
//! Where all values have the form in which SeaORM writes them, they are given to `printf` as they are. To
//! tell that by their types takes less time than to make a text of each.

use changesets_core::ColumnKind;

use super::{
    super::{super::Dialect, Part, Usual},
    EXACT_DIGITS, clock_time, has_places, is_clock_time, is_moment,
};

/// The parts of one call, each of which gives it two arguments at most. Any version of SQLite lets a function
/// have 127 (<https://www.sqlite.org/limits.html>, `SQLITE_MAX_FUNCTION_ARG`).
const MAX_PARTS: usize = 63;

/// Decimals of no more places are large enough to be encoded, or zero.
const MAX_PLACES: u32 = 4;

pub(in crate::dialect::json) fn usual(kind: &ColumnKind, c: &str) -> Option<Usual> {
    let usual = |of_type: &str, further: &str, format: &str, arguments: String| Usual {
        is: format!("(typeof({c}) = '{of_type}'{further})"),
        format: format.to_owned(),
        arguments,
    };
    let moment = |zone| {
        let further = format!(" AND {} AND {}", is_moment(c), is_clock_time(c, zone));
        let (format, arguments) = clock_time(c, zone);
        usual("text", &further, &format!("\"{format}\""), arguments)
    };
    Some(match kind {
        ColumnKind::Integer => usual("integer", "", "%d", c.to_owned()),
        ColumnKind::Bool => usual("integer", "", "%s", format!("iif({c}, 'true', 'false')")),
        ColumnKind::Text | ColumnKind::Other => usual("text", "", "%s", format!("json_quote({c})")),
        ColumnKind::Decimal {
            scale: Some(places),
        } if *places <= MAX_PLACES => {
            // Comparing takes half the time of `abs`.
            let most = EXACT_DIGITS - places;
            let small = format!("{c} > -1e{most} AND {c} < 1e{most}");
            let further = format!(" AND {small} AND {}", has_places(*places, c));
            let format = format!("\"%.{places}f\"");
            // A zero loses its sign.
            usual("real", &further, &format, format!("{c} + 0.0"))
        }
        ColumnKind::Timestamp => moment(""),
        ColumnKind::TimestampTz => moment("Z"),
        _ => return None,
    })
}

pub(in crate::dialect::json) fn concat(dialect: Dialect, parts: &[Part]) -> String {
    let calls = parts.chunks(MAX_PARTS).map(|parts| {
        let usual = parts.iter().filter_map(|part| match part {
            Part::Usual { usual, .. } => Some(usual.is.as_str()),
            _ => None,
        });
        let usual: Vec<&str> = usual.collect();
        let any = printf(dialect, parts, |_| None);
        if usual.is_empty() {
            return any;
        }
        format!(
            "CASE WHEN {} THEN {} ELSE {any} END",
            usual.join(" AND "),
            printf(dialect, parts, Some),
        )
    });
    calls.collect::<Vec<_>>().join(" || ")
}

/// The parts by one call; `form` says in which form those are that have a usual one.
fn printf<'a>(
    dialect: Dialect,
    parts: &'a [Part],
    form: impl Fn(&'a Usual) -> Option<&'a Usual>,
) -> String {
    let (mut format, mut arguments) = (String::new(), String::new());
    for part in parts {
        match part {
            Part::Literal(text) => format.push_str(&text.replace('%', "%%")),
            Part::Value(value) => any(value, &mut format, &mut arguments),
            Part::Usual { value, usual } => match form(usual) {
                Some(usual) => {
                    format.push_str(&usual.format);
                    arguments.push_str(&format!(", {}", usual.arguments));
                }
                None => any(value, &mut format, &mut arguments),
            },
        }
    }
    format!("printf({}{arguments})", dialect.literal(&format))
}

/// `printf` takes NULL for nothing, so it is given what fails instead.
fn any(value: &str, format: &mut String, arguments: &mut String) {
    format.push_str("%s");
    arguments.push_str(&format!(", coalesce({value}, json(''))"));
}
