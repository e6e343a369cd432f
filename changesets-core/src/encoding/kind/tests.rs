mod number;
mod property;
mod scalar;
mod temporal;

use serde_json::Value;

use super::ColumnKind;

fn canonical(kind: &ColumnKind, raw: Value) -> Value {
    kind.canonical(raw).unwrap()
}

/// Each pair is what a database gave and its canonical form; the form is then its own form.
fn check<const N: usize>(kind: &ColumnKind, pairs: [(Value, Value); N]) {
    for (raw, expected) in pairs {
        assert_eq!(canonical(kind, raw.clone()), expected, "{kind:?} {raw}");
        if !kind.holds_json() {
            assert_eq!(
                canonical(kind, expected.clone()),
                expected,
                "{kind:?} twice: {raw}"
            );
        }
    }
}

fn refusal(kind: &ColumnKind, raw: Value) -> String {
    kind.canonical(raw).unwrap_err().to_string()
}

#[test]
fn null_is_null_for_every_kind() {
    for kind in every_kind() {
        assert_eq!(canonical(&kind, Value::Null), Value::Null, "{kind:?}");
    }
}

fn every_kind() -> Vec<ColumnKind> {
    let kinds = [
        ColumnKind::Integer,
        ColumnKind::Float,
        ColumnKind::Double,
        ColumnKind::Decimal { scale: None },
        ColumnKind::Decimal { scale: Some(2) },
        ColumnKind::Bool,
        ColumnKind::Text,
        ColumnKind::Uuid,
        ColumnKind::Date,
        ColumnKind::Time,
        ColumnKind::Timestamp,
        ColumnKind::TimestampTz,
        ColumnKind::Json,
        ColumnKind::Binary,
        ColumnKind::Other,
    ];
    let arrays = kinds.clone().map(|kind| ColumnKind::Array(Box::new(kind)));
    kinds.into_iter().chain(arrays).collect()
}
