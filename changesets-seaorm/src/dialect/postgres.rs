//! PostgreSQL: a column's value in the log's encoding, as text of a key, and compared.
//!
//! Encoding costs more than anything else of a record, so values are carried raw, and encoded only
//! where they go into a diff. `db_type` is the database's name of the column's type.

use changesets_core::ColumnKind;

use super::Dialect;

impl Dialect {
    /// What PostgreSQL's JSON functions make the log's encoding of.
    pub(crate) fn json_argument(self, kind: &ColumnKind, column: &str) -> String {
        argument(kind, column)
    }

    /// `column` as the text of an object key: its encoding without quotes.
    pub(crate) fn key_text(self, kind: &ColumnKind, db_type: &str, column: &str) -> String {
        match (is_text(kind), db_type) {
            (true, _) => argument(kind, column),
            (false, "smallint" | "integer" | "bigint" | "boolean" | "uuid") => {
                format!("{column}::text")
            }
            (false, _) => format!("{} #>> '{{}}'", encoded(kind, column)),
        }
    }

    /// `column` as JSON text, for a key of several columns.
    pub(crate) fn key_json(self, kind: &ColumnKind, db_type: &str, column: &str) -> String {
        match (is_text(kind), db_type) {
            (false, "smallint" | "integer" | "bigint" | "boolean") => format!("{column}::text"),
            _ => format!("{}::text", encoded(kind, column)),
        }
    }

    /// Whether the encodings of `old` and `new` differ. They are made only where nothing else tells.
    pub(crate) fn differ(self, kind: &ColumnKind, db_type: &str, old: &str, new: &str) -> String {
        if equal_values_encode_alike(kind, db_type) {
            return format!("{old} IS DISTINCT FROM {new}");
        }
        if is_text(kind) {
            return texts_differ(&argument(kind, old), &argument(kind, new));
        }
        format!(
            "({} AND {} IS DISTINCT FROM {})",
            texts_differ(&format!("{old}::text"), &format!("{new}::text")),
            encoded(kind, old),
            encoded(kind, new)
        )
    }

    /// Whether a column that should have stayed as it was has another value, or another spelling of it.
    pub(crate) fn was_touched(
        self,
        kind: &ColumnKind,
        db_type: &str,
        old: &str,
        new: &str,
    ) -> String {
        if equal_values_encode_alike(kind, db_type) {
            return format!("{old} IS DISTINCT FROM {new}");
        }
        texts_differ(&format!("{old}::text"), &format!("{new}::text"))
    }
}

/// By bytes: a collation may call different texts equal.
fn texts_differ(old: &str, new: &str) -> String {
    format!("({old}) COLLATE \"C\" IS DISTINCT FROM ({new}) COLLATE \"C\"")
}

/// `column` as `jsonb` in the log's encoding.
pub(super) fn encoded(kind: &ColumnKind, column: &str) -> String {
    format!("to_jsonb({})", argument(kind, column))
}

fn argument(kind: &ColumnKind, c: &str) -> String {
    match kind {
        ColumnKind::Integer
        | ColumnKind::Float
        | ColumnKind::Double
        | ColumnKind::Bool
        | ColumnKind::Uuid
        | ColumnKind::Json => c.to_owned(),
        ColumnKind::Decimal { .. } => format!("{c}::numeric::text"),
        ColumnKind::Date => iso(c, "0001-01-01", &format!("{c}::timestamp"), "YYYY-MM-DD"),
        ColumnKind::Time => format!("to_char({c}, 'HH24:MI:SS.US')"),
        ColumnKind::Timestamp => iso(c, "0001-01-01", c, "YYYY-MM-DD\"T\"HH24:MI:SS.US"),
        ColumnKind::TimestampTz => iso(
            c,
            "0001-01-01 00:00+00",
            &format!("{c} AT TIME ZONE 'UTC'"),
            "YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"",
        ),
        ColumnKind::Binary => format!("encode({c}, 'hex')"),
        ColumnKind::Array(element) => format!(
            "CASE WHEN {c} IS NULL THEN NULL ELSE (SELECT coalesce(jsonb_agg({}), '[]') \
             FROM unnest({c}) AS \"__changesets_e\") END",
            argument(element, "\"__changesets_e\"")
        ),
        _ => format!("{c}::text"),
    }
}

/// A time of PostgreSQL in ISO 8601. Infinities have no such form, and `to_char` forgets that a year
/// was before Christ: they keep the database's.
fn iso(column: &str, first: &str, value: &str, format: &str) -> String {
    format!(
        "CASE WHEN {column} >= '{first}' AND {column} < 'infinity' \
         THEN to_char({value}, '{format}') ELSE {column}::text END"
    )
}

/// Whether [`argument`] is a text.
fn is_text(kind: &ColumnKind) -> bool {
    !matches!(
        kind,
        ColumnKind::Integer
            | ColumnKind::Float
            | ColumnKind::Double
            | ColumnKind::Bool
            | ColumnKind::Uuid
            | ColumnKind::Json
            | ColumnKind::Array(_)
    )
}

/// Whether two values are equal to the database if and only if their encodings are. Not so for
/// texts, for numbers that keep the digits they were given (1.0 and 1.00), or for intervals.
fn equal_values_encode_alike(kind: &ColumnKind, db_type: &str) -> bool {
    let (name, modifier) = split_modifier(db_type);
    match kind {
        ColumnKind::Integer
        | ColumnKind::Float
        | ColumnKind::Double
        | ColumnKind::Bool
        | ColumnKind::Uuid
        | ColumnKind::Json => matches!(
            name.as_str(),
            "smallint"
                | "integer"
                | "bigint"
                | "boolean"
                | "uuid"
                | "real"
                | "double precision"
                | "jsonb"
        ),
        // With a modifier the scale is fixed.
        ColumnKind::Decimal { .. } => name == "numeric" && modifier,
        ColumnKind::Date => name == "date",
        ColumnKind::Time => name == "time without time zone",
        ColumnKind::Timestamp => name == "timestamp without time zone",
        ColumnKind::TimestampTz => name == "timestamp with time zone",
        ColumnKind::Binary => name == "bytea",
        _ => false,
    }
}

/// `time(3) without time zone` is the type `time without time zone` with a modifier.
fn split_modifier(db_type: &str) -> (String, bool) {
    let Some((name, rest)) = db_type.split_once('(') else {
        return (db_type.to_owned(), false);
    };
    let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
    (format!("{name}{rest}"), true)
}
