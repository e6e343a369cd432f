//! From SeaORM's column types to the kinds of the value encoding.

use changesets_core::ColumnKind;
use sea_orm::sea_query::ColumnType;

/// How values of `column` are written in the log.
pub(crate) fn column_kind(column: &ColumnType) -> ColumnKind {
    match column {
        ColumnType::TinyInteger
        | ColumnType::SmallInteger
        | ColumnType::Integer
        | ColumnType::BigInteger
        | ColumnType::TinyUnsigned
        | ColumnType::SmallUnsigned
        | ColumnType::Unsigned
        | ColumnType::BigUnsigned
        | ColumnType::Year => ColumnKind::Integer,
        ColumnType::Float => ColumnKind::Float,
        ColumnType::Double => ColumnKind::Double,
        ColumnType::Decimal(size) | ColumnType::Money(size) => ColumnKind::Decimal {
            scale: size.map(|(_, scale)| scale),
        },
        ColumnType::Boolean => ColumnKind::Bool,
        ColumnType::Char(_)
        | ColumnType::String(_)
        | ColumnType::Text
        | ColumnType::Enum { .. } => ColumnKind::Text,
        ColumnType::Uuid => ColumnKind::Uuid,
        ColumnType::Date => ColumnKind::Date,
        ColumnType::Time => ColumnKind::Time,
        ColumnType::DateTime | ColumnType::Timestamp => ColumnKind::Timestamp,
        ColumnType::TimestampWithTimeZone => ColumnKind::TimestampTz,
        ColumnType::Json | ColumnType::JsonBinary => ColumnKind::Json,
        ColumnType::Blob | ColumnType::Binary(_) | ColumnType::VarBinary(_) => ColumnKind::Binary,
        ColumnType::Array(element) => ColumnKind::Array(Box::new(column_kind(element))),
        _ => ColumnKind::Other,
    }
}
