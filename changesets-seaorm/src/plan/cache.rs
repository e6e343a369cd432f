//! Plans, remembered by text.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;

use super::Plan;

/// Longer texts are planned each time: they are rare, mostly bulk inserts whose rows planning
/// skips, and no two of them need to be alike.
const LONGEST: usize = 64 * 1024;

/// How many bytes of text all remembered plans may have together, on average per plan.
const BYTES_PER_PLAN: usize = 8 * 1024;

/// The plans of the texts used last.
pub(crate) struct PlanCache {
    plans: Mutex<Plans>,
}

struct Plans {
    /// Bounded by `capacity` and `bytes`, not by itself.
    by_text: LruCache<Box<str>, Arc<Plan>>,
    capacity: usize,
    bytes: usize,
}

impl PlanCache {
    /// A cache of at most `capacity` plans.
    pub(crate) fn new(capacity: usize) -> Self {
        let plans = Plans { by_text: LruCache::unbounded(), capacity, bytes: 0 };
        Self { plans: Mutex::new(plans) }
    }

    /// The plan of `sql`, made by `make` if it is not remembered.
    pub(crate) fn get_or_plan(&self, sql: &str, make: impl FnOnce() -> Plan) -> Arc<Plan> {
        if sql.len() > LONGEST {
            return Arc::new(make());
        }
        if let Some(plan) = self.lock().by_text.get(sql) {
            return Arc::clone(plan);
        }
        // Not under the lock: another thread may plan the same text meanwhile, to no harm.
        let plan = Arc::new(make());
        self.lock().insert(sql, Arc::clone(&plan));
        plan
    }

    fn lock(&self) -> MutexGuard<'_, Plans> {
        // Nothing here panics half-way, and a stale plan is as good as a fresh one.
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> (usize, usize) {
        let plans = self.lock();
        (plans.by_text.len(), plans.bytes)
    }
}

impl Plans {
    fn insert(&mut self, sql: &str, plan: Arc<Plan>) {
        self.bytes += sql.len();
        if let Some((text, _)) = self.by_text.push(sql.into(), plan) {
            self.bytes -= text.len();
        }
        let most = self.capacity.saturating_mul(BYTES_PER_PLAN);
        while self.by_text.len() > self.capacity || self.bytes > most {
            match self.by_text.pop_lru() {
                Some((text, _)) => self.bytes -= text.len(),
                None => break,
            }
        }
    }
}

impl fmt::Debug for PlanCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanCache").finish_non_exhaustive()
    }
}
