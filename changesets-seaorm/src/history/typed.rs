//! Recorded values and models with their Rust types.

use changesets_core::ObjectKey;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IdenStatic, Iterable, ModelTrait, TryIntoModel,
    sea_query::ValueType,
};
use serde_json::{Map, Value as Json};

use super::{error::HistoryError, value::decode};
use crate::table::entity_name;

/// A recorded value as a `V`; JSON null is `None`.
pub(crate) fn read_value<E: EntityTrait, V: ValueType>(
    column: &str,
    json: &Json,
) -> Result<Option<V>, HistoryError> {
    if json.is_null() {
        return Ok(None);
    }
    decode(json, &V::array_type(), &V::column_type())
        .and_then(|value| V::try_from(value).ok())
        .map(Some)
        .ok_or_else(|| not_a::<E>(column, json, V::type_name()))
}

/// A model of recorded values, by way of its active model: that knows how to take
/// each of its fields from a value.
pub(crate) fn read_model<E>(
    key: &ObjectKey,
    values: &Map<String, Json>,
) -> Result<E::Model, HistoryError>
where
    E: EntityTrait,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let not_made = |source| HistoryError::Model {
        entity: entity_name::<E>(),
        key: key.to_string(),
        source,
    };
    let mut model = <E::ActiveModel as ActiveModelTrait>::default();
    let mut missing = Vec::new();
    for column in E::Column::iter() {
        let name = column.as_str();
        let Some(json) = values.get(name) else {
            missing.push(name.to_owned());
            continue;
        };
        let ty = E::Model::get_value_type(column);
        let value = decode(json, &ty, column.def().get_column_type())
            .ok_or_else(|| not_a::<E>(name, json, format!("{ty:?}")))?;
        model.try_set(column, value).map_err(not_made)?;
    }
    if !missing.is_empty() {
        return Err(HistoryError::MissingColumns {
            entity: entity_name::<E>(),
            key: key.to_string(),
            columns: missing,
        });
    }
    model.try_into_model().map_err(not_made)
}

fn not_a<E: EntityTrait>(column: &str, json: &Json, wanted: String) -> HistoryError {
    HistoryError::Value {
        entity: entity_name::<E>(),
        column: column.to_owned(),
        wanted,
        found: json.to_string(),
    }
}
