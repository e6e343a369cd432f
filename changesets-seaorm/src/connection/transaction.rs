//! A transaction that records every change of a tracked entity.

use std::{fmt, sync::Arc};

use sea_orm::{
    AccessMode, DatabaseTransaction, DbErr, IsolationLevel, TransactionError, TransactionSession,
    TransactionTrait,
};

use crate::{CaptureError, capture, session::SessionTransaction, tracker::Shared};

/// A transaction of a [`TrackedConnection`](crate::TrackedConnection), or a savepoint in one.
///
/// Dropping it rolls back, and takes the recorded changes along.
#[derive(Debug)]
pub struct TrackedTransaction {
    pub(super) inner: SessionTransaction,
    pub(crate) shared: Arc<Shared>,
}

impl TrackedTransaction {
    /// The plain transaction: **nothing written through it is recorded**.
    ///
    /// What fails on it is not seen here: from then on, each tracked write on MySQL, MariaDB and SQLite
    /// first asks whether the transaction is still open.
    ///
    /// # Errors
    ///
    /// [`CaptureError::InUse`](crate::CaptureError::InUse) while another call on this transaction
    /// is under way, if only because its caller stopped waiting for it: a savepoint may be open that
    /// is about to be rolled back.
    pub fn untracked(&self) -> Result<&DatabaseTransaction, DbErr> {
        let session = self.inner.session();
        if !session.is_settled() {
            return Err(CaptureError::InUse.into());
        }
        session.fate().share();
        self.inner.get().map(|inner| &**inner)
    }

    /// Commits, after the headers have the last edits of their changesets.
    ///
    /// # Errors
    ///
    /// What the database answers, or [`CaptureError::TransactionEnded`] where it has rolled back the
    /// transaction by itself; the transaction is rolled back then.
    pub async fn commit(self) -> Result<(), DbErr> {
        capture::commit(self.shared, self.inner).await
    }

    /// Rolls back, changes included.
    ///
    /// # Errors
    ///
    /// What the database answers.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// As [`DatabaseTransaction::transaction_async`].
    ///
    /// # Errors
    ///
    /// What the callback returns, or what beginning, committing or rolling back returns.
    pub async fn transaction_async<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c Self) -> Result<T, E> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        self.transaction_with_config_async(callback, None, None)
            .await
    }

    /// As [`DatabaseTransaction::transaction_with_config_async`].
    ///
    /// # Errors
    ///
    /// What the callback returns, or what beginning, committing or rolling back returns.
    pub async fn transaction_with_config_async<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c Self) -> Result<T, E> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        self.begin_with_config(isolation_level, access_mode)
            .await
            .map_err(TransactionError::Connection)?
            .run_async(callback)
            .await
    }

    pub(super) async fn run_async<F, T, E>(self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c Self) -> Result<T, E> + Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let result = callback(&self).await;
        self.finish(result).await
    }

    /// Commits after success, rolls back after failure; the callback's own error wins over one of
    /// the rollback.
    pub(super) async fn finish<T, E>(self, result: Result<T, E>) -> Result<T, TransactionError<E>>
    where
        E: fmt::Display + fmt::Debug,
    {
        match result {
            Ok(value) => {
                self.commit().await.map_err(TransactionError::Connection)?;
                Ok(value)
            }
            Err(error) => {
                if let Err(failure) = self.rollback().await {
                    tracing::warn!(error = %failure, "rolling back after a failed callback failed");
                }
                Err(TransactionError::Transaction(error))
            }
        }
    }
}

#[async_trait::async_trait]
impl TransactionSession for TrackedTransaction {
    async fn commit(self) -> Result<(), DbErr> {
        self.commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        self.rollback().await
    }
}
