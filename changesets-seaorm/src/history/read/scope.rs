//! Which changes a query is about, once the lives of its objects are known.

use std::collections::{BTreeMap, HashMap};

use changesets_core::ObjectKey;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait,
    sea_query::{ExprTrait, SimpleExpr},
};

use super::super::{
    entry::Entry,
    error::HistoryError,
    links,
    lives::{self, Lineage, Span},
    query::Query,
    subject::{Entity, Subject},
};
use crate::log::{change, change_ref};

/// Which changes a query is about.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(super) which: Which,
}

#[derive(Debug, Clone)]
pub(super) enum Which {
    Everything,
    Entity(String),
    Objects(Objects),
}

/// Some objects of one entity.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    pub(super) entity: String,
    pub(super) lineages: Vec<Lineage>,
    /// Where their own changes lie.
    pub(super) own: Vec<Span>,
    /// Where references to them lie.
    pub(super) references: Vec<Span>,
    /// Which lineages know a key.
    by_key: HashMap<ObjectKey, Vec<usize>>,
}

impl Scope {
    /// Everything under these keys, whichever life it is of.
    pub(super) fn of_keys(entity: &Entity, keys: &[ObjectKey]) -> Self {
        let unknown = |key: &ObjectKey| Lineage {
            root: key.clone(),
            lives: Vec::new(),
        };
        Self::of_lineages(entity, keys.iter().map(unknown).collect(), false)
    }

    fn of_lineages(entity: &Entity, lineages: Vec<Lineage>, current_life: bool) -> Self {
        let objects = Objects::new(entity.name.clone(), lineages, current_life);
        Self {
            which: Which::Objects(objects),
        }
    }

    /// Whether nothing of it lies under earlier keys of its objects.
    pub(super) fn keeps_to_its_keys(&self) -> bool {
        self.objects()
            .is_none_or(|objects| objects.own.len() == objects.lineages.len())
    }

    pub(crate) fn lineages(&self) -> Option<&[Lineage]> {
        self.objects().map(|objects| &*objects.lineages)
    }

    pub(super) const fn objects(&self) -> Option<&Objects> {
        match &self.which {
            Which::Objects(objects) => Some(objects),
            Which::Everything | Which::Entity(_) => None,
        }
    }
}

/// Looks up what has to be known before the query itself can be written.
pub(crate) async fn resolve<C: ConnectionTrait>(
    db: &C,
    query: &Query,
) -> Result<Scope, HistoryError> {
    let which = match &query.subject {
        Subject::Everything => Which::Everything,
        Subject::Entity(entity) => Which::Entity(entity.name.clone()),
        Subject::Objects(entity, keys) => {
            let keys = keys
                .iter()
                .map(|key| key.encode(entity))
                .collect::<Result<Vec<_>, _>>()?;
            let lineages =
                lives::resolve(db, &query.tables, entity, &keys, query.follow_keys).await?;
            return Ok(Scope::of_lineages(entity, lineages, query.current_life));
        }
    };
    Ok(Scope { which })
}

/// The same where all changes under the keys are read already.
pub(super) async fn resolve_among<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    entity: &Entity,
    keys: &[ObjectKey],
    changes: &[Entry],
) -> Result<Scope, HistoryError> {
    let follow = query.follow_keys;
    let lineages = lives::resolve_among(db, &query.tables, entity, keys, follow, changes).await?;
    Ok(Scope::of_lineages(entity, lineages, query.current_life))
}

impl Objects {
    fn new(entity: String, lineages: Vec<Lineage>, current_life: bool) -> Self {
        let (mut own, mut references) = (Vec::new(), Vec::new());
        let mut by_key: HashMap<ObjectKey, Vec<usize>> = HashMap::new();
        for (index, lineage) in lineages.iter().enumerate() {
            let spans = lineage.spans();
            for span in &spans {
                let known = by_key.entry(span.key.clone()).or_default();
                if known.last() != Some(&index) {
                    known.push(index);
                }
            }
            if !current_life {
                own.extend(spans.iter().cloned());
                references.extend(spans);
            } else if let Some((life, of_references)) = lineage.current() {
                own.extend(life.spans.iter().cloned());
                references.extend(of_references);
            }
        }
        Self {
            entity,
            lineages,
            own,
            references,
            by_key,
        }
    }

    /// Whose history an entry belongs to, and to which of their lives.
    pub(super) fn owners(
        &self,
        entry: &Entry,
        ends: &[change_ref::Model],
    ) -> Vec<(usize, Option<usize>)> {
        let mut owners = BTreeMap::new();
        if entry.entity() == self.entity {
            for &index in self.by_key.get(entry.key()).into_iter().flatten() {
                let lineage = &self.lineages[index];
                if holds(lineage, entry.key(), entry.id()) {
                    owners.insert(index, lineage.life_of(entry.key(), entry.id()));
                }
            }
        }
        for end in ends.iter().filter(|end| end.entity == self.entity) {
            let key = ObjectKey::new(&end.object_key);
            for &index in self.by_key.get(&key).into_iter().flatten() {
                let lineage = &self.lineages[index];
                if holds(lineage, &key, entry.id()) {
                    owners
                        .entry(index)
                        .or_insert_with(|| lineage.life_referred(&key, entry.id()));
                }
            }
        }
        owners.into_iter().collect()
    }

    /// An entry as the object of this lineage sees it.
    pub(super) fn seen_by(
        &self,
        index: usize,
        life: Option<usize>,
        mut entry: Entry,
        ends: &[change_ref::Model],
    ) -> Entry {
        let lineage = &self.lineages[index];
        entry.links = if entry.entity() == self.entity {
            links::ends(&entry.change, ends)
        } else {
            links::seen_from(&entry.change, ends, |end| {
                self.refers_to(lineage, end, entry.id())
            })
        };
        entry.root = lineage.root.clone();
        entry.life = life;
        entry
    }

    /// Whether a reference made by change `id` is to the object of this lineage.
    fn refers_to(&self, lineage: &Lineage, end: &change_ref::Model, id: i64) -> bool {
        end.entity == self.entity && holds(lineage, &ObjectKey::new(&end.object_key), id)
    }
}

fn holds(lineage: &Lineage, key: &ObjectKey, id: i64) -> bool {
    *key == lineage.root || lineage.life_of(key, id).is_some()
}

/// The changes of `entity` that lie in these spans.
pub(crate) fn own_changes(entity: &str, spans: &[Span]) -> Condition {
    Condition::all()
        .add(change::Column::Entity.eq(entity))
        .add(in_spans(
            change::Column::ObjectKey,
            change::Column::Id,
            spans,
        ))
}

/// The references to objects of `entity` that lie in these spans.
pub(super) fn references_of(entity: &str, spans: &[Span]) -> Condition {
    Condition::all()
        .add(change_ref::Column::Entity.eq(entity))
        .add(in_spans(
            change_ref::Column::ObjectKey,
            change_ref::Column::ChangeId,
            spans,
        ))
}

fn in_spans<C: ColumnTrait>(key: C, id: C, spans: &[Span]) -> SimpleExpr {
    // Most keys are wanted whole; one list of them is what a database reads best.
    let (whole, parts): (Vec<&Span>, Vec<&Span>) = spans
        .iter()
        .partition(|span| span.after == 0 && span.until == i64::MAX);
    let mut any = key.is_in(whole.iter().map(|span| span.key.as_str()));
    for span in parts {
        let mut part = key.eq(span.key.as_str());
        if span.after > 0 {
            part = part.and(id.gt(span.after));
        }
        if span.until < i64::MAX {
            part = part.and(id.lte(span.until));
        }
        any = any.or(part);
    }
    any
}
