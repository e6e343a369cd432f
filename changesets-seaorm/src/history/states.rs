//! Objects as they were, by replaying their changes.

mod replay;

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    marker::PhantomData,
};

use changesets_core::{Change, ObjectKey};
use sea_orm::{
    ConnectionTrait, EntityTrait, IdenStatic, QueryFilter, QueryOrder, TryIntoModel,
    sea_query::ValueType,
};
use serde_json::{Map, Value as Json};

pub(crate) use self::replay::is_redacted;
use self::replay::{Sides, replay};
use super::{
    entry::{Entry, read_change},
    error::HistoryError,
    lives::{self, Lineage, Span},
    query::{History, Query},
    read::{self, own_changes},
    revision::Revision,
    subject::{Entity, Subject},
    typed::{read_model, read_value},
};
use crate::log::{change, select_changes};

/// An object at a time, as far as the log knows it.
pub struct State<E: EntityTrait> {
    key: ObjectKey,
    values: Map<String, Json>,
    entity: PhantomData<fn() -> E>,
}

impl<E: EntityTrait> State<E> {
    /// The model.
    ///
    /// # Errors
    ///
    /// [`HistoryError::MissingColumns`] when the log has no value for a column of
    /// `E`: it is excluded or redacted, younger than the change, or the row is
    /// older than the log and the column never changed.
    pub fn model(&self) -> Result<E::Model, HistoryError>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        read_model::<E>(&self.key, &self.values)
    }

    /// The value of a column; `None` when it is NULL, or not known.
    ///
    /// # Errors
    ///
    /// When the value is no `V`.
    pub fn get<V: ValueType>(&self, column: E::Column) -> Result<Option<V>, HistoryError> {
        match self.values.get(column.as_str()) {
            Some(json) => read_value::<E, V>(column.as_str(), json),
            None => Ok(None),
        }
    }

    /// All values the log knows, also of columns `E` no longer has.
    #[must_use]
    pub const fn json(&self) -> &Map<String, Json> {
        &self.values
    }
}

impl<E: EntityTrait> Clone for State<E> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            values: self.values.clone(),
            entity: PhantomData,
        }
    }
}

impl<E: EntityTrait> PartialEq for State<E> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<E: EntityTrait> fmt::Debug for State<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("State").field(&self.values).finish()
    }
}

/// An object before and after a change.
#[derive(Debug, Clone, PartialEq)]
pub struct States<E: EntityTrait> {
    /// `None` when there was no row before.
    pub before: Option<State<E>>,
    /// `None` when there was no row after.
    pub after: Option<State<E>>,
}

impl<E: EntityTrait> States<E> {
    /// The model before the change.
    ///
    /// # Errors
    ///
    /// As [`State::model`].
    pub fn before_model(&self) -> Result<Option<E::Model>, HistoryError>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        self.before.as_ref().map(State::model).transpose()
    }

    /// The model after the change.
    ///
    /// # Errors
    ///
    /// As [`State::model`].
    pub fn after_model(&self) -> Result<Option<E::Model>, HistoryError>
    where
        E::ActiveModel: TryIntoModel<E::Model>,
    {
        self.after.as_ref().map(State::model).transpose()
    }

    fn of(key: &ObjectKey, (before, after): Sides) -> Self {
        let state = |values| State {
            key: key.clone(),
            values,
            entity: PhantomData,
        };
        Self {
            before: before.map(state),
            after: after.map(state),
        }
    }
}

impl<E: EntityTrait> History<Revision<E>> {
    /// All, each with the object before and after it: two queries more, however
    /// many there are.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn all_with_states<C: ConnectionTrait>(
        self,
        db: &C,
    ) -> Result<Vec<(Revision<E>, States<E>)>, HistoryError> {
        let Some(entity) = self.query.subject.entity().cloned() else {
            return Ok(Vec::new());
        };
        let (scope, rooted) = read::scoped_entries(db, &self.query).await?;
        let entries: Vec<_> = rooted.into_iter().map(|(_, entry)| entry).collect();
        let lineages = match scope.lineages() {
            Some(lineages) => lineages.to_vec(),
            None => lineages_of(db, &self.query, &entity, &entries).await?,
        };
        let sides = replay_all(db, &self.query, &entity, &lineages, &entries).await?;
        Ok(entries
            .into_iter()
            .zip(sides)
            .map(|(entry, sides)| {
                let states = States::of(entry.key(), sides);
                (Revision::of(entry), states)
            })
            .collect())
    }
}

/// The object before and after one change.
pub(crate) async fn of_one<E: EntityTrait, C: ConnectionTrait>(
    db: &C,
    entry: &Entry,
) -> Result<States<E>, HistoryError> {
    let entity = Entity::of::<E>();
    let mut query = Query::new(Subject::Entity(entity.clone()));
    query.tables = entry.tables.clone();
    let entries = std::slice::from_ref(entry);
    let lineages = lineages_of(db, &query, &entity, entries).await?;
    let mut sides = replay_all(db, &query, &entity, &lineages, entries).await?;
    Ok(States::of(entry.key(), sides.pop().unwrap_or_default()))
}

async fn lineages_of<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    entity: &Entity,
    entries: &[Entry],
) -> Result<Vec<Lineage>, HistoryError> {
    let roots: BTreeSet<&ObjectKey> = entries.iter().map(|entry| &entry.root).collect();
    let roots: Vec<ObjectKey> = roots.into_iter().cloned().collect();
    lives::resolve(db, &query.tables, entity, &roots, query.follow_keys).await
}

/// A life, by the index of its lineage and its own.
type LifeId = (usize, usize);

async fn replay_all<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    entity: &Entity,
    lineages: &[Lineage],
    entries: &[Entry],
) -> Result<Vec<Sides>, HistoryError> {
    let roots: HashMap<&ObjectKey, usize> = lineages
        .iter()
        .enumerate()
        .map(|(index, lineage)| (&lineage.root, index))
        .collect();
    let life_of = |entry: &Entry| -> Option<LifeId> {
        let index = *roots.get(&entry.root)?;
        let lineage = &lineages[index];
        let life = if entry.entity() == entity.name {
            lineage.life_of(entry.key(), entry.id())
        } else {
            entry
                .life
                .or_else(|| lineage.life_referred(&lineage.root, entry.id()))
        };
        life.map(|life| (index, life))
    };

    let mut wanted: HashMap<LifeId, BTreeSet<i64>> = HashMap::new();
    for entry in entries {
        if let Some(life) = life_of(entry) {
            wanted.entry(life).or_default().insert(entry.id());
        }
    }
    let changes = changes_of(db, query, entity, lineages, &wanted).await?;
    let mut sides: HashMap<(LifeId, i64), Sides> = HashMap::new();
    for (life, ids) in &wanted {
        let changes = changes.get(life).map_or(&[][..], Vec::as_slice);
        for (id, side) in replay(changes, ids) {
            sides.insert((*life, id), side);
        }
    }
    Ok(entries
        .iter()
        .map(|entry| {
            life_of(entry)
                .and_then(|life| sides.get(&(life, entry.id())).cloned())
                .unwrap_or_default()
        })
        .collect())
}

/// All changes of these lives, oldest first.
async fn changes_of<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    entity: &Entity,
    lineages: &[Lineage],
    wanted: &HashMap<LifeId, BTreeSet<i64>>,
) -> Result<HashMap<LifeId, Vec<Change>>, HistoryError> {
    let mut owners: HashMap<&ObjectKey, Vec<(&Span, LifeId)>> = HashMap::new();
    let mut spans: Vec<Span> = Vec::new();
    for &(lineage, life) in wanted.keys() {
        for span in &lineages[lineage].lives[life].spans {
            owners
                .entry(&span.key)
                .or_default()
                .push((span, (lineage, life)));
            spans.push(span.clone());
        }
    }
    let mut changes: HashMap<LifeId, Vec<Change>> = HashMap::new();
    if spans.is_empty() {
        return Ok(changes);
    }
    let rows = select_changes(&query.tables)
        .filter(own_changes(&entity.name, &spans))
        .order_by_asc(change::Column::Id)
        .all(db)
        .await?;
    for row in rows {
        let change = read_change(&query.tables, row)?;
        for (span, life) in owners.get(&change.key).into_iter().flatten() {
            if span.holds(&change.key, change.id) {
                changes.entry(*life).or_default().push(change.clone());
            }
        }
    }
    Ok(changes)
}
