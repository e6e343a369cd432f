//! The rows of a query's statement, read by the places of their columns: to look each
//! one up by its name costs more than to decode it.

use sea_orm::{DbErr, FromQueryResult, Iterable, QueryResult};

use crate::log::{change, changeset};

pub(super) struct Row {
    pub(super) change: change::Model,
    pub(super) header: Option<changeset::Model>,
    /// Whether it may have references.
    pub(super) linked: bool,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let header = change::Column::iter().count();
        let linked = header + changeset::Column::iter().count();
        Ok(Self {
            change: change_at(row)?,
            header: header_at(row, header)?,
            linked: row.try_get_by_index(linked)?,
        })
    }
}

fn change_at(row: &QueryResult) -> Result<change::Model, DbErr> {
    Ok(change::Model {
        id: row.try_get_by_index(0)?,
        changeset_id: row.try_get_by_index(1)?,
        recorded_at: row.try_get_by_index(2)?,
        entity: row.try_get_by_index(3)?,
        object_key: row.try_get_by_index(4)?,
        action: row.try_get_by_index(5)?,
        diff: row.try_get_by_index(6)?,
    })
}

fn header_at(row: &QueryResult, first: usize) -> Result<Option<changeset::Model>, DbErr> {
    let Some(id) = row.try_get_by_index(first)? else {
        return Ok(None);
    };
    Ok(Some(changeset::Model {
        id,
        created_at: row.try_get_by_index(first + 1)?,
        actor: row.try_get_by_index(first + 2)?,
        actor_label: row.try_get_by_index(first + 3)?,
        reason: row.try_get_by_index(first + 4)?,
        context: row.try_get_by_index(first + 5)?,
        parent_id: row.try_get_by_index(first + 6)?,
        origin: row.try_get_by_index(first + 7)?,
    }))
}
