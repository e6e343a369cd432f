//! SQLite: any column may hold any type, so each expression asks for it.

mod concat;
mod sent;
mod usual;

use changesets_core::ColumnKind;

pub(super) use concat::concat;
pub(super) use sent::keeps_usual;
pub(super) use usual::usual;

/// How many digits a double keeps of any decimal (`DBL_DIG`).
const EXACT_DIGITS: u32 = 15;

pub(super) fn json_text(kind: &ColumnKind, c: &str) -> Option<String> {
    let typed = |cases: &str| format!("CASE typeof({c}) {cases} WHEN 'null' THEN 'null' END");
    Some(match kind {
        ColumnKind::Integer => typed(&format!("WHEN 'integer' THEN CAST({c} AS TEXT)")),
        ColumnKind::Bool => typed(&format!("WHEN 'integer' THEN iif({c}, 'true', 'false')")),
        ColumnKind::Double => typed(&double(c)),
        ColumnKind::Decimal { scale } => typed(&decimal(*scale, c)?),
        ColumnKind::Text | ColumnKind::Other => typed(&format!("WHEN 'text' THEN json_quote({c})")),
        ColumnKind::Json => typed(&format!(
            "WHEN 'integer' THEN CAST({c} AS TEXT) \
             WHEN 'text' THEN CASE WHEN json_valid({c}) THEN json({c}) END"
        )),
        ColumnKind::Binary => {
            format!("CASE WHEN {c} IS NULL THEN 'null' ELSE '\"' || lower(hex({c})) || '\"' END")
        }
        ColumnKind::Uuid => typed(&uuid(c)),
        ColumnKind::Date => typed(&format!(
            "WHEN 'text' THEN CASE WHEN {c} GLOB '{DATE}' THEN '\"' || {c} || '\"' END"
        )),
        ColumnKind::Time => typed(&time(c)),
        ColumnKind::Timestamp => typed(&moment(c, "")),
        ColumnKind::TimestampTz => typed(&moment(c, "Z")),
        _ => return None,
    })
}

/// An integer that stands in a key, which has no null.
pub(super) fn integer_key(c: &str) -> String {
    format!("CASE typeof({c}) WHEN 'integer' THEN CAST({c} AS TEXT) END")
}

fn double(c: &str) -> String {
    format!(
        "WHEN 'integer' THEN CASE WHEN abs({c}) < 9007199254740992 THEN {c} || '.0' END \
         WHEN 'real' THEN CASE WHEN abs({c}) < 9e999 THEN {} END",
        double_digits(&format!("({c} + 0.0)"))
    )
}

/// The digits of a finite double: 15 where they name it, else 17
/// (<https://www.sqlite.org/floatingpoint.html>). A zero with a sign keeps it.
pub(in crate::dialect) fn double_digits(c: &str) -> String {
    format!(
        "CASE WHEN CAST(printf('%!.{EXACT_DIGITS}g', {c}) AS REAL) = {c} \
         THEN printf('%!.{EXACT_DIGITS}g', {c}) ELSE printf('%!.17g', {c}) END"
    )
}

/// The same for a double that stands for a decimal.
pub(in crate::dialect) fn decimal_digits(c: &str) -> String {
    let bare = |count: u32| {
        let digits = format!("printf('%!.{count}g', {c})");
        format!(
            "CASE WHEN {digits} GLOB '*.0' THEN rtrim(rtrim({digits}, '0'), '.') ELSE {digits} END"
        )
    };
    format!(
        "CASE WHEN CAST(printf('%!.{EXACT_DIGITS}g', {c}) AS REAL) = {c} THEN {} ELSE {} END",
        bare(EXACT_DIGITS),
        bare(17)
    )
}

fn decimal(scale: Option<u32>, c: &str) -> Option<String> {
    let places = scale.unwrap_or(0);
    let zeros = match places {
        0 => String::new(),
        _ => format!(".{}", "0".repeat(places as usize)),
    };
    // What has no more places than it should is filled up with zeros; below this size what is left has
    // more of them.
    let whole_digits = EXACT_DIGITS.checked_sub(places)?;
    let digits = decimal_digits(c);
    Some(format!(
        "WHEN 'integer' THEN '\"' || {c} || '{zeros}\"' \
         WHEN 'real' THEN CASE WHEN {c} = 0 THEN '\"0{zeros}\"' \
         WHEN abs({c}) >= 1e{whole_digits} OR abs({c}) < 1e-4 THEN NULL \
         WHEN {} THEN printf('\"%.{places}f\"', {c}) \
         ELSE '\"' || {digits} || '\"' END",
        has_places(places, c)
    ))
}

/// 1.5 · 2⁵²: a double of that size has no places left, so to add it and take it away again rounds one of up to
/// 2⁵¹. It takes less time than `round` or `CAST`.
const WHOLE: &str = "6755399441055744.0";

/// Whether a double, not too large, stands for a decimal of so many places or less: the units that it is and
/// those in one are exact, so their quotient is the double that the decimal is read as.
fn has_places(places: u32, c: &str) -> String {
    let unit = format!("1{}.0", "0".repeat(places as usize));
    format!("({c} * {unit} + {WHOLE} - {WHOLE}) / {unit} = {c}")
}

fn uuid(c: &str) -> String {
    let digits = |count: usize| "[0-9a-f]".repeat(count);
    let groups = [8, 4, 4, 4, 12];
    let text = groups.map(digits).join("-");
    let mut from = 1;
    let parts = groups.map(|count| {
        let part = format!("substr(hex({c}), {from}, {count})");
        from += count;
        part
    });
    format!(
        "WHEN 'blob' THEN CASE WHEN length({c}) = 16 THEN '\"' || lower({}) || '\"' END \
         WHEN 'text' THEN CASE WHEN {c} GLOB '{text}' THEN '\"' || {c} || '\"' END",
        parts.join(" || '-' || ")
    )
}

const DATE: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
const TIME: &str = "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]";

fn time(c: &str) -> String {
    let fraction = six_digits(&format!("substr({c}, 10)"));
    format!(
        "WHEN 'text' THEN CASE WHEN {c} GLOB '{TIME}*' AND {c} < '24' THEN \
         '\"' || substr({c}, 1, 8) || '.' || CASE WHEN length({c}) = 8 THEN '000000' \
         WHEN substr({c}, 9, 1) = '.' THEN {fraction} END || '\"' END"
    )
}

/// A date and a time of day, in UTC or without an offset.
fn moment(c: &str, zone: &str) -> String {
    let fraction = format!("replace(rtrim(substr({c}, 21), 'Z'), '+00:00', '')");
    let (format, arguments) = clock_time(c, zone);
    format!(
        "WHEN 'text' THEN CASE WHEN {} THEN CASE WHEN {} THEN printf('\"{format}\"', {arguments}) \
         WHEN {c} GLOB '????-??-??[ T]??:??:??*' THEN '\"' || substr({c}, 1, 10) || 'T' || \
         substr({c}, 12, 8) || '.' || CASE WHEN substr({c}, 20) IN ('', 'Z', '+00:00') THEN '000000' \
         WHEN substr({c}, 20, 1) = '.' THEN {} END || '{zone}\"' END END",
        is_moment(c),
        is_clock_time(c, zone),
        six_digits(&fraction),
    )
}

/// `date` is NULL unless it can read the whole text, so patterns only have to say where its parts are. It
/// brings a day that no month has into the next one, and has an hour 24.
fn is_moment(c: &str) -> String {
    format!("date({c}) = substr({c}, 1, 10) AND NOT {c} GLOB '???????????24*'")
}

/// Whether a moment is what SeaORM writes of a clock. All others cost more.
fn is_clock_time(c: &str, zone: &str) -> String {
    let written = |digits: usize| match zone {
        "" => format!(
            "{c} GLOB '????-??-??[ T]??:??:??.{}'",
            "[0-9]".repeat(digits)
        ),
        // Before an offset that is read as one, the last digit tells of the others, and takes less time.
        _ => format!(
            "{c} GLOB '????-??-??T??:??:??.{}[0-9]+00:00'",
            "?".repeat(digits - 1)
        ),
    };
    format!("({} OR {})", written(9), written(6))
}

/// How `printf` writes such a moment, and of what.
fn clock_time(c: &str, zone: &str) -> (String, String) {
    match zone {
        "" => ("%.10sT%.15s".to_owned(), format!("{c}, substr({c}, 12)")),
        _ => (format!("%.26s{zone}"), c.to_owned()),
    }
}

/// The digits of a fraction as six of them.
fn six_digits(digits: &str) -> String {
    format!(
        "CASE WHEN length({digits}) BETWEEN 1 AND 9 AND {digits} NOT GLOB '*[^0-9]*' \
         THEN substr({digits} || '000000', 1, 6) END"
    )
}

/// By bytes, whatever the column's collation; 1 and 1.0 are two.
pub(super) fn differs(old: &str, new: &str) -> String {
    format!("({old} IS NOT {new} COLLATE BINARY OR typeof({old}) <> typeof({new}))")
}

/// Whether values that differ are never encoded alike.
pub(super) fn raw_tells(kind: &ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Integer
            | ColumnKind::Text
            | ColumnKind::Other
            | ColumnKind::Date
            | ColumnKind::Json
    )
}

/// Whether the encodings of two values differ, which take longer to compare: so only those of two types are,
/// and of numbers only where they are equal. `None` of kinds of which neither tells.
pub(super) fn encodings_differ(
    kind: &ColumnKind,
    old: &str,
    new: &str,
    encoded: &str,
) -> Option<String> {
    let raw = format!("{old} IS NOT {new} COLLATE BINARY");
    let same_type = format!("typeof({old}) = typeof({new})");
    match kind {
        ColumnKind::Double | ColumnKind::Decimal { .. } => Some(format!(
            "CASE WHEN {raw} THEN 1 WHEN {same_type} THEN 0 ELSE {encoded} END"
        )),
        ColumnKind::Uuid => Some(format!(
            "CASE WHEN {same_type} THEN {raw} ELSE {encoded} END"
        )),
        _ => None,
    }
}

pub(super) fn same_document(old: &str, new: &str) -> String {
    let members = |c: &str| {
        format!(
            "(SELECT json_group_array(member) FROM (SELECT fullkey || ' ' || type || ' ' || \
             coalesce(atom, '') AS member FROM json_tree({c}) ORDER BY 1))"
        )
    };
    format!("{} = {}", members(old), members(new))
}
