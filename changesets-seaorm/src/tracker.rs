//! Which entities are tracked, and how.

mod builder;
mod error;
mod policy;

pub use builder::TrackerBuilder;
pub use error::TrackerError;
pub use policy::Uncapturable;

use std::{
    collections::{HashMap, HashSet},
    num::NonZeroUsize,
    sync::{Arc, atomic::AtomicBool},
};

use changesets_core::{LogTables, TrackedTable};
use sea_orm::{DatabaseConnection, DbBackend};

use crate::{
    catalog::{Catalog, CatalogCache, TableName},
    connection::TrackedConnection,
    statement::{Plan, PlanCache, TableUse, plan},
};

/// How many statement texts are remembered with what they do.
const PLANS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

/// Knows which entities are tracked, and makes connections that record their changes.
///
/// One tracker serves one database. Build it once, at start-up; it is cheap to clone.
///
/// ```
/// # mod product {
/// # use sea_orm::entity::prelude::*;
/// # #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// # #[sea_orm(table_name = "product")]
/// # pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub name: String }
/// # #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
/// # pub enum Relation {}
/// # changesets_seaorm::track!(ActiveModel);
/// # }
/// use changesets_seaorm::Tracker;
///
/// let tracker = Tracker::builder().entity::<product::Entity>().build()?;
/// assert_eq!(tracker.tables().count(), 1);
/// # Ok::<(), changesets_seaorm::TrackerError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tracker {
    shared: Arc<Shared>,
}

impl Tracker {
    /// Starts a tracker that tracks nothing yet.
    pub fn builder() -> TrackerBuilder {
        TrackerBuilder::default()
    }

    /// A connection that records every change of a tracked entity made through it.
    ///
    /// Use the result wherever `db` was used. Nothing is sent to the database yet.
    #[must_use]
    pub fn connect(&self, db: DatabaseConnection) -> TrackedConnection {
        TrackedConnection::new(db, Arc::clone(&self.shared))
    }

    /// The descriptions of the tracked tables, in the order they were registered.
    pub fn tables(&self) -> impl Iterator<Item = &TrackedTable> {
        self.shared.tables.iter().map(|tracked| &tracked.table)
    }

    /// The names of the log tables.
    #[must_use]
    pub fn log_tables(&self) -> &LogTables {
        &self.shared.log
    }
}

/// Positions of tracked tables by schema and name.
type Names = HashMap<(Option<String>, String), usize>;

/// One tracked table and its own policy.
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) table: TrackedTable,
    pub(crate) require_scope: bool,
    /// PostgreSQL: it was seen to have a trigger that the catalog did not tell of.
    pub(crate) changes_besides: AtomicBool,
}

/// What all connections of one tracker share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Tells this tracker's headers from those of another in the same scope.
    pub(crate) number: u64,
    pub(crate) tables: Vec<Tracked>,
    by_name: Names,
    /// The same in lower case, for the databases that ignore it.
    by_folded_name: Names,
    pub(crate) log: LogTables,
    pub(crate) uncapturable: Uncapturable,
    plans: PlanCache,
    pub(crate) catalog: Arc<CatalogCache>,
}

impl Shared {
    /// What `sql` does to tracked tables; remembered by text.
    pub(crate) fn plan(&self, backend: DbBackend, sql: &str) -> Arc<Plan> {
        let lookup = |schema: Option<&str>, name: &str| self.table_use(backend, schema, name);
        self.plans
            .get_or_plan(sql, |text| plan(backend, text, &lookup))
    }

    fn table_use(&self, backend: DbBackend, schema: Option<&str>, name: &str) -> TableUse {
        // MySQL and SQLite compare table names without case, PostgreSQL folds unquoted ones.
        let exact = backend == DbBackend::Postgres;
        let names = if exact {
            &self.by_name
        } else {
            &self.by_folded_name
        };
        let fold = |text: &str| match exact {
            true => text.to_owned(),
            false => text.to_lowercase(),
        };
        if self.log.all().iter().any(|log| fold(log) == fold(name))
            && (schema.is_none() || schema == self.log.schema_name())
        {
            return TableUse::Log;
        }
        let known = |schema: Option<&str>| names.get(&(schema.map(fold), fold(name))).copied();
        // `public.product` and `product` may be one table: the catalog tells, before the write.
        let found = known(schema).or_else(|| match schema {
            Some(_) => known(None),
            None => only_table_named(names, &fold(name)),
        });
        found.map_or(TableUse::Other, TableUse::Tracked)
    }

    /// The tracked table that an entity's own name stands for.
    pub(crate) fn position(&self, entity: &str) -> Option<usize> {
        self.tables.iter().position(|t| t.table.entity() == entity)
    }

    /// The tracked table that foreign keys know as `name`.
    pub(crate) fn position_of(&self, name: &TableName, catalog: &Catalog) -> Option<usize> {
        self.tables
            .iter()
            .position(|t| catalog.name(t.table.entity()) == Some(name))
    }

    /// The names under which foreign keys know the tracked tables.
    pub(crate) fn tracked_names(&self, catalog: &Catalog) -> HashSet<String> {
        self.tables
            .iter()
            .filter_map(|t| catalog.name(t.table.entity()))
            .map(TableName::entity)
            .collect()
    }
}

fn only_table_named(names: &Names, name: &str) -> Option<usize> {
    let mut found = names.iter().filter(|((_, table), _)| table == name);
    let first = found.next().map(|(_, index)| *index);
    first.filter(|_| found.next().is_none())
}
