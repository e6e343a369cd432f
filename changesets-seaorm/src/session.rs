//! One database transaction as the log sees it: which header rows it wrote, at which savepoint.
//!
//! SeaORM's nested transactions share one connection, and a savepoint ends by the *order* of calls,
//! not by the handle it is called on (`sea-orm/src/database/transaction.rs`): so the open levels are
//! one stack per top-level transaction, shared by all its handles.

mod fate;
mod headers;
mod transaction;
mod turn;
mod uninterrupted;
mod unit;

pub(crate) use fate::{Ended, Fate};
pub(crate) use headers::{HeaderRow, Headers, Recorded, Ticket};
pub(crate) use transaction::{BeginOn, SessionTransaction};
pub(crate) use turn::Turn;
pub(crate) use uninterrupted::uninterrupted;
pub(crate) use unit::{First, Unit};

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};

use changesets_core::{ChangesetId, Current};
use sea_orm::DatabaseConnection;

use crate::catalog::CatalogCache;

use turn::Turns;

/// Names a session, so that headers know who wrote them.
pub(crate) type SessionId = u64;

/// What a header owes to a savepoint: it is undone when the savepoint is.
type Mark = (Arc<Headers>, ChangesetId);

#[derive(Debug, Default)]
struct Level {
    marks: Vec<Mark>,
    /// SQLite: tables for this connection alone that were made at this level, and go with it.
    tables: Vec<usize>,
}

#[derive(Debug, Default)]
struct Stack {
    levels: Vec<Level>,
    touched: Vec<(Arc<Headers>, Current)>,
    /// What is known of a schema that this transaction changes.
    schema: Option<Arc<CatalogCache>>,
}

/// A top-level transaction, or one write in autocommit.
#[derive(Debug)]
pub(crate) struct Session {
    id: SessionId,
    stack: Mutex<Stack>,
    /// Where it was begun: edits of its headers that come after its end go there.
    pool: Option<DatabaseConnection>,
    turns: Turns,
    /// A capture broke off in the middle: the transaction must not be committed.
    spoiled: AtomicBool,
    fate: Fate,
    /// SQLite: the transaction has the write lock, which it keeps to its end, whatever savepoint of
    /// it is rolled back.
    writing: AtomicBool,
    /// SQLite: the version of the schema that this transaction has seen while it had the write lock.
    schema: AtomicI64,
}

impl Session {
    /// A session with its first level open, begun on `pool`, if that outlives it.
    pub(crate) fn begin(pool: Option<DatabaseConnection>) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Arc::new(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            stack: Mutex::new(Stack {
                levels: vec![Level::default()],
                ..Stack::default()
            }),
            pool,
            turns: Turns::default(),
            spoiled: AtomicBool::new(false),
            fate: Fate::default(),
            writing: AtomicBool::new(false),
            schema: AtomicI64::new(i64::MIN),
        })
    }

    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    pub(crate) fn pool(&self) -> Option<&DatabaseConnection> {
        self.pool.as_ref()
    }

    /// A capture panicked between a write and its record.
    pub(crate) fn spoil(&self) {
        self.spoiled.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_spoiled(&self) -> bool {
        self.spoiled.load(Ordering::Relaxed)
    }

    /// Whether it still is a transaction.
    pub(crate) fn fate(&self) -> &Fate {
        &self.fate
    }

    /// A statement ran that took SQLite's write lock.
    pub(crate) fn writes(&self) {
        self.writing.store(true, Ordering::Relaxed);
    }

    fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }

    pub(crate) fn has_schema(&self, version: i64) -> bool {
        self.schema.load(Ordering::Relaxed) == version
    }

    pub(crate) fn set_schema(&self, version: i64) {
        self.schema.store(version, Ordering::Relaxed);
    }

    /// SQLite: whether the table for rows of `width` columns was made in this transaction.
    pub(crate) fn has_table(&self, width: usize) -> bool {
        let levels = &self.lock().levels;
        levels.iter().any(|level| level.tables.contains(&width))
    }

    /// That table was made at the current level.
    pub(crate) fn add_table(&self, width: usize) {
        if let Some(level) = self.lock().levels.last_mut() {
            level.tables.push(width);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stack> {
        lock(&self.stack)
    }

    /// A savepoint was set.
    pub(crate) fn push(&self) {
        self.lock().levels.push(Level::default());
    }

    /// These headers are used by this session, and want to hear of its end.
    pub(crate) fn touch(&self, headers: &Arc<Headers>, current: &Current) {
        let mut stack = self.lock();
        if !stack
            .touched
            .iter()
            .any(|(known, _)| Arc::ptr_eq(known, headers))
        {
            stack.touched.push((Arc::clone(headers), current.clone()));
        }
    }

    /// The header row `id` was written or edited at the current level.
    pub(crate) fn mark(&self, headers: &Arc<Headers>, id: ChangesetId) {
        if let Some(level) = self.lock().levels.last_mut() {
            level.marks.push((Arc::clone(headers), id));
        }
    }

    /// The headers this session used, for edits that are due before its commit.
    pub(crate) fn touched(&self) -> Vec<(Arc<Headers>, Current)> {
        self.lock().touched.clone()
    }

    /// The schema was changed here: whether it stays so, and for whom, is known at the end.
    pub(crate) fn changes_schema(&self, catalog: &Arc<CatalogCache>) {
        self.lock().schema = Some(Arc::clone(catalog));
    }

    /// Whether only the outermost level is open.
    pub(crate) fn is_outermost(&self) -> bool {
        self.lock().levels.len() <= 1
    }

    /// The innermost level ended: committed (or released), or rolled back.
    pub(crate) fn pop(&self, committed: bool) {
        let mut stack = self.lock();
        if let Some(catalog) = &stack.schema {
            catalog.forget();
        }
        let Some(level) = stack.levels.pop() else {
            return;
        };
        if stack.levels.is_empty() {
            let touched = std::mem::take(&mut stack.touched);
            drop(stack);
            for (headers, _) in touched {
                headers.end(self.id, committed);
            }
        } else if committed {
            if let Some(outer) = stack.levels.last_mut() {
                outer.marks.extend(level.marks);
                outer.tables.extend(level.tables);
            }
        } else {
            drop(stack);
            for (headers, id) in level.marks {
                headers.undo(id);
            }
        }
    }
}

/// A lock whose data stays whole even when a holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
