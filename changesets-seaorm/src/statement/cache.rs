//! Plans, remembered by text.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;

use super::{Plan, shorten::shorten};

/// A bounded memory of plans; the least recently used go first.
pub(crate) struct PlanCache(Mutex<LruCache<Box<str>, Arc<Plan>>>);

impl PlanCache {
    pub(crate) fn new(capacity: NonZeroUsize) -> Self {
        Self(Mutex::new(LruCache::new(capacity)))
    }

    /// The plan of `sql`, made by `plan` if it is not known. A long `INSERT` is known, and read, by
    /// its text with one row, whatever the number of its rows.
    pub(crate) fn get_or_plan(&self, sql: &str, plan: impl FnOnce(&str) -> Plan) -> Arc<Plan> {
        let short = shorten(sql);
        let key = short.as_ref().map_or(sql, |short| &short.sql);
        if let Some(known) = self.lock().get(key) {
            return Arc::clone(known);
        }
        let made = Arc::new(plan(key));
        self.lock().put(key.into(), Arc::clone(&made));
        made
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Box<str>, Arc<Plan>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for PlanCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanCache").finish_non_exhaustive()
    }
}
