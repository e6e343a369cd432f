//! MariaDB: a column holds its type, so that tells the form; unless the entity takes it for another.

use changesets_core::ColumnKind;

use super::{super::Dialect, Part};

pub(super) fn json_text(kind: &ColumnKind, db_type: &str, c: &str) -> Option<String> {
    // Digits that are no digits of the number.
    if db_type.contains("zerofill") {
        return None;
    }
    let is = |names| is_of(db_type, names);
    let text = format!("CAST({c} AS CHAR)");
    // NULL is null, and nothing else is NULL. MariaDB gets ready for every part of an expression each time.
    let or_null = |json: &str| format!("COALESCE({json}, 'null')");
    let unless_null = |json: &str| format!("IF({c} IS NULL, 'null', {json})");
    Some(match kind {
        ColumnKind::Integer if is(INTEGERS) => or_null(&text),
        ColumnKind::Bool if is(INTEGERS) => unless_null(&format!("IF({c} <> 0, 'true', 'false')")),
        ColumnKind::Double if is(&["double"]) => or_null(&double(c)),
        ColumnKind::Decimal { scale } if scale.unwrap_or(0) <= decimal_places(db_type)? => {
            or_null(&quoted(c))
        }
        ColumnKind::Text | ColumnKind::Other if is(TEXTS) => or_null(&format!("JSON_QUOTE({c})")),
        ColumnKind::Text if is(NAMES) => or_null(&format!("JSON_QUOTE({text})")),
        ColumnKind::Other if is(NAMES) || is(&["uuid", "inet"]) => {
            or_null(&format!("JSON_QUOTE({text})"))
        }
        ColumnKind::Uuid if db_type == "binary(16)" => unless_null(&quoted(&uuid(c))),
        ColumnKind::Uuid if db_type == "uuid" => or_null(&quoted(&text)),
        ColumnKind::Binary if is(BYTES) => or_null(&quoted(&format!("LOWER(HEX({c}))"))),
        ColumnKind::Json if is(TEXTS) => unless_null(&format!("IF(JSON_VALID({c}), {c}, NULL)")),
        ColumnKind::Date if db_type == "date" => or_null(&quoted(&text)),
        ColumnKind::Time if is(&["time"]) && !is(&["timestamp"]) => unless_null(&format!(
            "IF({c} >= '00:00:00' AND {c} < '24:00:00', TIME_FORMAT({c}, '\"%H:%i:%s.%f\"'), NULL)"
        )),
        ColumnKind::Timestamp if is(MOMENTS) => moment(c, db_type, ""),
        ColumnKind::TimestampTz if is(MOMENTS) => moment(c, db_type, "Z"),
        _ => return None,
    })
}

/// Whether a type is one of these, whatever follows on its name.
fn is_of(db_type: &str, names: &[&str]) -> bool {
    names.iter().any(|name| db_type.starts_with(name))
}

const INTEGERS: &[&str] = &["tinyint", "smallint", "mediumint", "int", "bigint"];
const TEXTS: &[&str] = &[
    "char",
    "varchar",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
];
/// Numbers that are shown as texts.
const NAMES: &[&str] = &["enum", "set"];
const BYTES: &[&str] = &[
    "binary",
    "varbinary",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
];
const MOMENTS: &[&str] = &["datetime", "timestamp"];

/// The digits after the point of `decimal(10,2)`, which MariaDB always writes.
fn decimal_places(db_type: &str) -> Option<u32> {
    let (_, places) = db_type.strip_prefix("decimal(")?.split_once(',')?;
    places.split_once(')')?.0.trim().parse().ok()
}

/// MariaDB writes the shortest digits that name the double, and no point behind a whole number.
fn double(c: &str) -> String {
    let text = format!("CAST({c} + 0e0 AS CHAR)");
    format!("IF({text} REGEXP '[.e]', {text}, CONCAT({text}, '.0'))")
}

fn uuid(c: &str) -> String {
    let mut from = 1;
    let parts = [8, 4, 4, 4, 12].map(|count| {
        let part = format!("SUBSTR(HEX({c}), {from}, {count})");
        from += count;
        part
    });
    format!("LOWER(CONCAT_WS('-', {}))", parts.join(", "))
}

fn quoted(text: &str) -> String {
    format!("CONCAT('\"', {text}, '\"')")
}

/// Not for the day 0, nor for days that no month has: some modes let these in, but a `timestamp` never.
fn moment(c: &str, db_type: &str, zone: &str) -> String {
    let there_is = match db_type.starts_with("timestamp") {
        true => format!("DAY({c})"),
        false => format!("DATE({c}) <= LAST_DAY({c})"),
    };
    format!(
        "CASE WHEN {there_is} THEN DATE_FORMAT({c}, '\"%Y-%m-%dT%H:%i:%s.%f{zone}\"') \
         WHEN {c} IS NULL THEN 'null' END"
    )
}

pub(super) fn concat(dialect: Dialect, parts: &[Part]) -> String {
    let texts = parts.iter().map(|part| match part {
        Part::Literal(text) => dialect.literal(text),
        Part::Value(value) | Part::Usual { value, .. } => value.clone(),
    });
    format!("CONCAT({})", texts.collect::<Vec<_>>().join(", "))
}

/// `c` so that only what is the same has the same bytes: a collation may call different texts the same, and
/// texts of two character sets have no common one.
pub(super) fn comparable(db_type: &str, c: &str) -> String {
    match is_of(db_type, TEXTS) || is_of(db_type, NAMES) {
        true => format!("BINARY {c}"),
        false => c.to_owned(),
    }
}

pub(super) fn differs(db_type: &str, old: &str, new: &str) -> String {
    let [old, new] = [old, new].map(|c| comparable(db_type, c));
    format!("NOT ({old} <=> {new})")
}

/// Of any size, which no table in memory has
/// (<https://mariadb.com/docs/server/server-usage/storage-engines/memory-storage-engine>).
pub(super) fn is_large(db_type: &str) -> bool {
    ["text", "blob"].iter().any(|large| db_type.contains(large))
}

/// Whether values that differ are never encoded alike.
pub(super) fn raw_tells(kind: &ColumnKind) -> bool {
    !matches!(kind, ColumnKind::Bool)
}
