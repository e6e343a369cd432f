//! The few changes that tell lives apart.

use std::collections::HashMap;

use changesets_core::{Action, ColumnKind, LogTables, ObjectKey};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, FromQueryResult, IntoSimpleExpr,
    QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{CaseStatement, ExprTrait, SimpleExpr},
};
use serde_json::{Map, Value as Json};

use super::super::{
    IN_LIST, entry::Entry, error::HistoryError, json, key::from_canonical, subject::Entity,
};
use crate::log::{change, select_changes};

/// A change that begins or ends a life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) id: i64,
    pub(super) kind: MarkKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkKind {
    Insert,
    Delete,
    /// An update that changes the key.
    Move,
}

/// An update that moved an object to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) id: i64,
    pub(super) from: ObjectKey,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    object_key: String,
    action: String,
    diff: Option<Json>,
}

/// The marks of each key, oldest first. Every key gets an entry.
pub(super) async fn marks<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    keys: &[ObjectKey],
) -> Result<HashMap<ObjectKey, Vec<Mark>>, HistoryError> {
    let backend = db.get_database_backend();
    let mut marks: HashMap<_, Vec<Mark>> =
        keys.iter().map(|key| (key.clone(), Vec::new())).collect();
    for keys in keys.chunks(IN_LIST) {
        let rows = rows(tables, entity)
            .filter(change::Column::ObjectKey.is_in(keys.iter().map(ObjectKey::as_str)))
            .filter(
                Condition::any()
                    .add(change::Column::Action.ne(Action::Update.as_str()))
                    .add(changes_key(backend, entity)?),
            )
            .into_model::<Row>()
            .all(db)
            .await?;
        for row in rows {
            let kind = match row.action.parse() {
                Ok(Action::Insert) => MarkKind::Insert,
                Ok(Action::Delete) => MarkKind::Delete,
                _ if row.moved_to(entity)?.is_some() => MarkKind::Move,
                _ => continue,
            };
            let key = ObjectKey::new(row.object_key);
            marks
                .entry(key)
                .or_default()
                .push(Mark { id: row.id, kind });
        }
    }
    Ok(marks)
}

/// The same, told from all changes under the keys.
pub(super) fn marks_among(
    entity: &Entity,
    keys: &[ObjectKey],
    changes: &[Entry],
) -> Result<HashMap<ObjectKey, Vec<Mark>>, HistoryError> {
    let mut marks: HashMap<_, Vec<Mark>> =
        keys.iter().map(|key| (key.clone(), Vec::new())).collect();
    for entry in changes.iter().filter(|entry| entry.entity() == entity.name) {
        let Some(of_key) = marks.get_mut(entry.key()) else {
            continue;
        };
        let kind = match entry.action() {
            Action::Insert => MarkKind::Insert,
            Action::Delete => MarkKind::Delete,
            Action::Update => {
                let diff = entry.diff().as_map();
                if moved_to(entity, entry.key().as_str(), diff)?.is_none() {
                    continue;
                }
                MarkKind::Move
            }
        };
        let id = entry.id();
        of_key.push(Mark { id, kind });
    }
    for of_key in marks.values_mut() {
        of_key.sort_unstable_by_key(|mark| mark.id);
    }
    Ok(marks)
}

/// The updates after `after` that moved an object to one of `keys`, oldest first.
pub(super) async fn arrivals<'a, C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    keys: impl Iterator<Item = &'a ObjectKey>,
    after: i64,
) -> Result<HashMap<ObjectKey, Vec<Arrival>>, HistoryError> {
    let backend = db.get_database_backend();
    let mut keys: Vec<&ObjectKey> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    let mut arrivals: HashMap<_, Vec<_>> = HashMap::new();
    for keys in keys.chunks(IN_LIST) {
        let mut select = rows(tables, entity)
            .filter(change::Column::Action.eq(Action::Update.as_str()))
            .filter(change::Column::Id.gt(after))
            .filter(changes_key(backend, entity)?);
        if let [column] = &*entity.key
            && comparable_in_sql(&column.kind, keys)
        {
            let new = json::new_text(backend, &column.name)?;
            select = select.filter(new.is_in(keys.iter().map(|key| key.as_str())));
        }
        for row in select.into_model::<Row>().all(db).await? {
            if let Some(to) = row.moved_to(entity)?
                && keys.binary_search(&&to).is_ok()
            {
                arrivals.entry(to).or_default().push(Arrival {
                    id: row.id,
                    from: ObjectKey::new(row.object_key),
                });
            }
        }
    }
    Ok(arrivals)
}

/// The latest change under each key.
pub(super) async fn latest<C: ConnectionTrait>(
    db: &C,
    tables: &LogTables,
    entity: &Entity,
    keys: &[ObjectKey],
) -> Result<HashMap<ObjectKey, i64>, HistoryError> {
    let mut latest = HashMap::new();
    for keys in keys.chunks(IN_LIST) {
        let rows: Vec<(String, i64)> = select_changes(tables)
            .select_only()
            .column(change::Column::ObjectKey)
            .column_as(change::Column::Id.max(), "id")
            .filter(change::Column::Entity.eq(&entity.name))
            .filter(change::Column::ObjectKey.is_in(keys.iter().map(ObjectKey::as_str)))
            .group_by(change::Column::ObjectKey)
            .into_tuple()
            .all(db)
            .await?;
        latest.extend(rows.into_iter().map(|(key, id)| (ObjectKey::new(key), id)));
    }
    Ok(latest)
}

/// The entity's changes in order, with the diffs of updates only: the others are
/// whole rows, and nobody looks at them here.
fn rows(tables: &LogTables, entity: &Entity) -> Select<change::Entity> {
    let diff = CaseStatement::new().case(
        change::Column::Action.eq(Action::Update.as_str()),
        change::Column::Diff.into_simple_expr(),
    );
    select_changes(tables)
        .select_only()
        .column(change::Column::Id)
        .column(change::Column::ObjectKey)
        .column(change::Column::Action)
        .column_as(SimpleExpr::Case(Box::new(diff)), "diff")
        .filter(change::Column::Entity.eq(&entity.name))
        .order_by_asc(change::Column::Id)
}

fn changes_key(backend: DbBackend, entity: &Entity) -> Result<Condition, HistoryError> {
    entity.key.iter().try_fold(Condition::any(), |any, column| {
        Ok(any.add(json::has_column(backend, &column.name)?))
    })
}

impl Row {
    fn moved_to(&self, entity: &Entity) -> Result<Option<ObjectKey>, HistoryError> {
        match &self.diff {
            Some(Json::Object(diff)) => moved_to(entity, &self.object_key, diff),
            _ => Ok(None),
        }
    }
}

/// The key an update moves its object to, if it moves it.
fn moved_to(
    entity: &Entity,
    key: &str,
    diff: &Map<String, Json>,
) -> Result<Option<ObjectKey>, HistoryError> {
    let new = |name: &str| diff.get(name).and_then(|pair| pair.get(1));
    if entity.key.iter().all(|column| new(&column.name).is_none()) {
        return Ok(None);
    }
    let old: Vec<Json> = match &*entity.key {
        [_] => vec![Json::Null],
        _ => serde_json::from_str(key).unwrap_or_default(),
    };
    let values: Vec<Json> = entity
        .key
        .iter()
        .zip(old)
        .map(|(column, old)| new(&column.name).cloned().unwrap_or(old))
        .collect();
    Ok(Some(from_canonical(entity, &values)?))
}

/// Whether all databases write a value of this kind as text the way a key does.
/// Where they do not, the comparison is left to us.
fn comparable_in_sql(kind: &ColumnKind, keys: &[&ObjectKey]) -> bool {
    match kind {
        // SQLite reads larger ones as floats.
        ColumnKind::Integer => keys.iter().all(|key| key.as_str().parse::<i64>().is_ok()),
        ColumnKind::Text
        | ColumnKind::Uuid
        | ColumnKind::Binary
        | ColumnKind::Decimal { .. }
        | ColumnKind::Date
        | ColumnKind::Time
        | ColumnKind::Timestamp
        | ColumnKind::TimestampTz => true,
        _ => false,
    }
}
