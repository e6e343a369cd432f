//! From SeaORM values to the log's object keys.

use changesets_core::ObjectKey;
use sea_orm::{
    Value,
    sea_query::{QueryBuilder, SqliteQueryBuilder},
};
use serde_json::Value as Json;

use super::{error::HistoryError, subject::Entity};

/// The key of the object whose key columns hold `values`.
pub(crate) fn canonical_key(entity: &Entity, values: &[Value]) -> Result<ObjectKey, HistoryError> {
    let mut canonical = Vec::with_capacity(values.len());
    for (column, value) in entity.key.iter().zip(values) {
        let json =
            column
                .kind
                .canonical(raw_json(value))
                .map_err(|source| HistoryError::KeyValue {
                    entity: entity.name.clone(),
                    column: column.name.clone(),
                    source,
                })?;
        canonical.push(json);
    }
    from_canonical(entity, &canonical)
}

pub(crate) fn from_canonical(entity: &Entity, values: &[Json]) -> Result<ObjectKey, HistoryError> {
    ObjectKey::from_canonical(values).map_err(|source| HistoryError::Key {
        entity: entity.name.clone(),
        source,
    })
}

/// A value as JSON in the raw form the canonical encoding reads.
///
/// SeaQuery's own conversion turns decimals into floats and refuses bytes that
/// are no UTF-8, so only what it does well is left to its text form.
pub(crate) fn raw_json(value: &Value) -> Json {
    match value {
        Value::Bool(v) => (*v).into(),
        Value::TinyInt(v) => (*v).into(),
        Value::SmallInt(v) => (*v).into(),
        Value::Int(v) => (*v).into(),
        Value::BigInt(v) => (*v).into(),
        Value::TinyUnsigned(v) => (*v).into(),
        Value::SmallUnsigned(v) => (*v).into(),
        Value::Unsigned(v) => (*v).into(),
        Value::BigUnsigned(v) => (*v).into(),
        Value::Float(v) => (*v).into(),
        Value::Double(v) => (*v).into(),
        Value::String(v) => v.clone().into(),
        Value::Char(v) => v.map(String::from).into(),
        Value::Uuid(v) => v.map(|uuid| uuid.to_string()).into(),
        Value::Bytes(v) => v.as_deref().map(hex).into(),
        Value::Json(v) => v.as_deref().cloned().into(),
        Value::Enum(v) => match v {
            sea_orm::sea_query::OptionEnum::Some(v) => v.value.to_string().into(),
            sea_orm::sea_query::OptionEnum::None(_) => Json::Null,
        },
        other => sql_text(other),
    }
}

/// Dates, times, decimals and whatever features add: as SQL writes them.
fn sql_text(value: &Value) -> Json {
    let text = SqliteQueryBuilder.value_to_string(value);
    if text == "NULL" {
        return Json::Null;
    }
    text.trim_matches('\'').into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::super::subject::KeyColumn;
    use super::*;
    use changesets_core::ColumnKind;
    use sea_orm::prelude::{Date, Uuid};

    fn key(kinds: &[ColumnKind], values: &[Value]) -> String {
        let entity = Entity {
            name: "t".into(),
            key: kinds
                .iter()
                .map(|kind| KeyColumn {
                    name: "c".into(),
                    kind: kind.clone(),
                })
                .collect(),
        };
        canonical_key(&entity, values).unwrap().as_str().to_owned()
    }

    #[test]
    fn keys_of_each_kind_are_written_as_the_log_does() {
        assert_eq!(
            key(&[ColumnKind::Integer], &[u64::MAX.into()]),
            "18446744073709551615"
        );
        assert_eq!(key(&[ColumnKind::Text], &["a 'b'".into()]), "a 'b'");
        assert_eq!(
            key(&[ColumnKind::Binary], &[vec![10_u8, 255].into()]),
            "0aff"
        );
        assert_eq!(
            key(&[ColumnKind::Uuid], &[Uuid::nil().into()]),
            "00000000-0000-0000-0000-000000000000"
        );
        assert_eq!(
            key(
                &[ColumnKind::Date],
                &[Date::from_ymd_opt(2026, 7, 1).unwrap().into()]
            ),
            "2026-07-01"
        );
        assert_eq!(
            key(
                &[ColumnKind::Text, ColumnKind::Integer],
                &["acme".into(), 7_i32.into()]
            ),
            r#"["acme",7]"#
        );
    }
}
