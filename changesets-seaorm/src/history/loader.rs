//! The histories of many models at once.

use std::{collections::HashMap, future::Future};

use sea_orm::{ConnectionTrait, EntityTrait, ModelTrait};

use super::{
    HasHistory,
    error::HistoryError,
    key_of,
    query::{History, Query},
    read,
    revision::Revision,
    subject::{Key, Subject},
};

/// How many models one statement reads. It names each key three times, and keys cut
/// by lives with their ids: SQLite takes no more than 32,766 values.
const MODELS: usize = 1_000;

/// The histories of many models, in a fixed number of queries.
///
/// Implemented for slices of models, and so for a `Vec` of them.
pub trait LoadHistory {
    /// The entity of the models.
    type Entity: EntityTrait;

    /// The history of each model, in the order of the models.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    fn load_history<C: ConnectionTrait>(
        &self,
        db: &C,
    ) -> impl Future<Output = Result<Vec<Vec<Revision<Self::Entity>>>, HistoryError>> + Send {
        self.load_history_with(db, |history| history)
    }

    /// The same for a history that is filtered or ordered in some way. A limit is
    /// one for each model.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    fn load_history_with<C: ConnectionTrait>(
        &self,
        db: &C,
        refine: impl FnOnce(History<Revision<Self::Entity>>) -> History<Revision<Self::Entity>>,
    ) -> impl Future<Output = Result<Vec<Vec<Revision<Self::Entity>>>, HistoryError>> + Send;
}

impl<M: HasHistory + ModelTrait> LoadHistory for [M] {
    type Entity = M::Entity;

    fn load_history_with<C: ConnectionTrait>(
        &self,
        db: &C,
        refine: impl FnOnce(History<Revision<M::Entity>>) -> History<Revision<M::Entity>>,
    ) -> impl Future<Output = Result<Vec<Vec<Revision<M::Entity>>>, HistoryError>> + Send {
        let keys = self.iter().map(key_of).collect();
        let query = refine(History::of_objects(keys)).query;
        async move { load(db, query).await }
    }
}

async fn load<E: EntityTrait, C: ConnectionTrait>(
    db: &C,
    mut query: Query,
) -> Result<Vec<Vec<Revision<E>>>, HistoryError> {
    let Subject::Objects(entity, keys) = query.subject.clone() else {
        return Ok(Vec::new());
    };
    let limit = query
        .limit
        .take()
        .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let keys = keys
        .iter()
        .map(|key| key.encode(&entity))
        .collect::<Result<Vec<_>, _>>()?;
    // A model may be there twice: its history is read once.
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    let mut distinct = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let of_key = places.entry(key).or_default();
        if of_key.is_empty() {
            distinct.push(key.clone());
        }
        of_key.push(place);
    }

    let mut histories: Vec<Vec<Revision<E>>> = vec![Vec::new(); keys.len()];
    for keys in distinct.chunks(MODELS) {
        query.subject = Subject::Objects(
            entity.clone(),
            keys.iter().cloned().map(Key::Text).collect(),
        );
        let (_, rooted) = read::scoped_entries(db, &query).await?;
        for (index, entry) in rooted {
            for place in places.get(&keys[index]).into_iter().flatten() {
                let history = &mut histories[*place];
                if limit.is_none_or(|limit| history.len() < limit) {
                    history.push(Revision::of(entry.clone()));
                }
            }
        }
    }
    Ok(histories)
}
