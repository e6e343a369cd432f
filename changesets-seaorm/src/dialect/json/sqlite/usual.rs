//! The form in which SeaORM writes a value: then it is given to `printf` as it is. To tell that by its type takes
//! less time than to make a text of it.

use changesets_core::ColumnKind;

use super::{super::Usual, EXACT_DIGITS, clock_time, has_places, is_clock_time, is_moment};

/// Decimals of no more places are large enough to be encoded, or zero.
pub(super) const MAX_PLACES: u32 = 4;

pub(in crate::dialect::json) fn usual(kind: &ColumnKind, c: &str) -> Option<Usual> {
    let usual = |of_type: &str, further: &str, format: &str, arguments: String| Usual {
        is: Some(format!("(typeof({c}) = '{of_type}'{further})")),
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
