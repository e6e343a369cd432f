//! Building a tracker.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use changesets_core::{LogTables, TrackedTable};

use crate::{
    statement::PlanCache,
    table::{TrackedEntity, entity_name, junction_table, tracked_table},
};

use super::{PLANS, Shared, Tracked, Tracker, TrackerError, Uncapturable};

/// Collects what a [`Tracker`] tracks. Errors wait until [`build`](Self::build).
#[derive(Debug, Default)]
#[must_use]
pub struct TrackerBuilder {
    tables: Vec<Result<TrackedTable, TrackerError>>,
    log: LogTables,
    uncapturable: Uncapturable,
    require_scope: bool,
    /// Tables, by the names the log uses.
    scoped: BTreeSet<String>,
}

impl TrackerBuilder {
    /// Tracks entity `E`.
    pub fn entity<E: TrackedEntity>(mut self) -> Self {
        self.tables.push(tracked_table::<E>().map_err(Into::into));
        self
    }

    /// Tracks entity `E`, whose rows link two others: each change of a link shows in the history of
    /// both ends.
    pub fn link<E: TrackedEntity>(mut self) -> Self {
        let junction = |table: Option<TrackedTable>| {
            table.ok_or_else(|| TrackerError::NoJunction {
                table: E::default().table_name().to_owned(),
            })
        };
        let table = junction_table::<E>().map_err(Into::into).and_then(junction);
        self.tables.push(table);
        self
    }

    /// Refuses writes outside a changeset scope, on every tracked table.
    ///
    /// Without it such a write gets a changeset of its own, with no actor.
    pub fn require_scope(mut self) -> Self {
        self.require_scope = true;
        self
    }

    /// Refuses writes to `E` outside a changeset scope.
    pub fn require_scope_for<E: TrackedEntity>(mut self) -> Self {
        self.scoped.insert(entity_name::<E>());
        self
    }

    /// What to do with writes that cannot be recorded; by default they are refused.
    pub fn uncapturable(mut self, policy: Uncapturable) -> Self {
        self.uncapturable = policy;
        self
    }

    /// The names of the log tables: the same that the migrations were given.
    pub fn log_tables(mut self, tables: LogTables) -> Self {
        self.log = tables;
        self
    }

    /// Builds the tracker.
    ///
    /// # Errors
    ///
    /// [`TrackerError`] when a table is registered twice, is no junction, has no key, leaves out a
    /// column of its key or of a link, belongs to the log, or is not tracked and requires a scope.
    pub fn build(mut self) -> Result<Tracker, TrackerError> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut tables = Vec::with_capacity(self.tables.len());
        let mut by_name = HashMap::new();
        let mut by_folded_name = HashMap::new();
        for table in self.tables {
            let table = table?;
            check_not_log(&self.log, &table)?;
            let (name, folded) = names(&table);
            let position = tables.len();
            by_folded_name.insert(folded, position);
            if by_name.insert(name, position).is_some() {
                return Err(TrackerError::Twice {
                    table: table.entity().to_owned(),
                });
            }
            tables.push(Tracked {
                require_scope: self.scoped.remove(table.entity()) || self.require_scope,
                table,
                changes_besides: AtomicBool::new(false),
            });
        }
        if let Some(table) = self.scoped.pop_first() {
            return Err(TrackerError::ScopeForUntracked { table });
        }
        Ok(Tracker {
            shared: Arc::new(Shared {
                number: NEXT.fetch_add(1, Ordering::Relaxed),
                tables,
                by_name,
                by_folded_name,
                log: self.log,
                uncapturable: self.uncapturable,
                plans: PlanCache::new(PLANS),
                catalog: Arc::default(),
            }),
        })
    }
}

/// A table's schema and name.
type Name = (Option<String>, String);

/// As written, and folded for the databases that ignore case.
fn names(table: &TrackedTable) -> (Name, Name) {
    let schema = table.schema();
    let name = (schema.map(str::to_owned), table.name().to_owned());
    let folded = (schema.map(str::to_lowercase), table.name().to_lowercase());
    (name, folded)
}

fn check_not_log(log: &LogTables, table: &TrackedTable) -> Result<(), TrackerError> {
    let same_schema = table.schema() == log.schema_name();
    if same_schema
        && log
            .all()
            .iter()
            .any(|name| name.eq_ignore_ascii_case(table.name()))
    {
        return Err(TrackerError::LogTable {
            table: table.entity().to_owned(),
        });
    }
    Ok(())
}
