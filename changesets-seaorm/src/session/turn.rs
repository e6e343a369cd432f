//! Who may use the one connection of a transaction for more than a read.
//!
//! A capture goes on when its caller has gone, and so may still be at work when the caller's
//! transaction is dropped. SeaORM cannot roll back a connection that is in use: it panics
//! (`sea-orm/src/database/transaction.rs`, `start_rollback`). So a transaction dropped in another's
//! turn is abandoned: it is rolled back by whoever has the next turn, before anything else.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use sea_orm::{DatabaseTransaction, DbErr};
use tokio::{runtime::Handle, sync::OwnedMutexGuard};

use super::{Session, lock, uninterrupted};

#[derive(Debug, Default)]
pub(super) struct Turns {
    current: Arc<tokio::sync::Mutex<()>>,
    /// Somebody does something in the turn.
    working: Arc<AtomicBool>,
    /// Dropped transactions, in the order they were dropped in.
    abandoned: Mutex<VecDeque<Arc<DatabaseTransaction>>>,
    /// How many of them are not rolled back yet.
    left: AtomicUsize,
}

/// Held while a write is captured, or a savepoint begins or ends: they would end up inside each
/// other.
///
/// Work that goes on without its caller takes its turn along, and lets go of its transaction first.
#[derive(Debug)]
pub(crate) struct Turn {
    working: Arc<AtomicBool>,
    _guard: OwnedMutexGuard<()>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.working.store(false, Ordering::Release);
    }
}

impl Session {
    /// Waits for the turn, and rolls back what was abandoned.
    ///
    /// To be awaited by the caller, not in work that goes on without it: a caller that stops waiting
    /// has done nothing yet.
    pub(crate) async fn turn(self: &Arc<Self>) -> Result<Turn, DbErr> {
        let mut guard = Arc::clone(&self.turns.current).lock_owned().await;
        if self.has_abandoned() {
            let session = Arc::clone(self);
            guard = uninterrupted(async move {
                session.roll_back_abandoned().await;
                Ok(guard)
            })
            .await?;
        }
        self.turns.working.store(true, Ordering::Release);
        Ok(Turn {
            working: Arc::clone(&self.turns.working),
            _guard: guard,
        })
    }

    /// Whether nothing is under way, and nothing was abandoned.
    pub(crate) fn is_settled(&self) -> bool {
        !self.turns.working.load(Ordering::Acquire) && !self.has_abandoned()
    }

    fn has_abandoned(&self) -> bool {
        self.turns.left.load(Ordering::Acquire) > 0
    }

    /// Rolls back a transaction that was dropped: at once, or with the next turn.
    pub(super) fn abandon(self: &Arc<Self>, transaction: Arc<DatabaseTransaction>) {
        let free = self.turns.current.try_lock();
        if free.is_ok() && !self.has_abandoned() && !self.may_be_closed(&transaction) {
            drop(transaction);
            self.pop(false);
            return;
        }
        self.turns.left.fetch_add(1, Ordering::AcqRel);
        lock(&self.turns.abandoned).push_back(transaction);
        // Without a runtime there is nobody to wait; what is left is dropped with the session.
        if let Ok(runtime) = Handle::try_current() {
            let session = Arc::clone(self);
            runtime.spawn(async move {
                let _guard = session.turns.current.lock().await;
                session.roll_back_abandoned().await;
            });
        }
    }

    async fn roll_back_abandoned(&self) {
        loop {
            let next = lock(&self.turns.abandoned).pop_front();
            let Some(transaction) = next else { break };
            // Only turns share a transaction, and this one is ours.
            if let Ok(transaction) = Arc::try_unwrap(transaction)
                && let Err(error) = self.roll_back(transaction).await
            {
                tracing::warn!(%error, "rolling back a dropped transaction failed");
            }
            self.pop(false);
            self.turns.left.fetch_sub(1, Ordering::AcqRel);
        }
    }
}
