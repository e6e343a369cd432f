//! The connection an application uses in place of its own.

mod stream;
mod traits;
mod transaction;

pub use stream::TrackedStream;
pub use transaction::TrackedTransaction;

use std::sync::Arc;

use sea_orm::{
    AccessMode, DatabaseConnection, DbErr, IsolationLevel, SchemaBuilder, TransactionError,
    TransactionTrait, metric,
};

use crate::tracker::Shared;

/// A database connection that records every change of a tracked entity.
///
/// It does all that [`DatabaseConnection`] does, with the same results; made by
/// [`Tracker::connect`](crate::Tracker::connect). Cheap to clone.
///
/// A change is written in the same transaction as the write it belongs to: in the caller's, or,
/// where the caller has none, in one of its own. Cancelling a write (dropping its future) leaves
/// either both or neither.
///
/// Not recorded: what never passes through it. Database triggers that write to other rows, code that
/// runs inside the database, other programs, and [`untracked`](Self::untracked).
#[derive(Debug, Clone)]
pub struct TrackedConnection {
    inner: DatabaseConnection,
    pub(crate) shared: Arc<Shared>,
}

impl TrackedConnection {
    pub(crate) fn new(inner: DatabaseConnection, shared: Arc<Shared>) -> Self {
        Self { inner, shared }
    }

    /// The plain connection: **nothing written through it is recorded**.
    ///
    /// For migrations, seaography and whatever else needs a [`DatabaseConnection`] itself.
    #[must_use]
    pub fn untracked(&self) -> &DatabaseConnection {
        &self.inner
    }

    /// As [`DatabaseConnection::transaction_async`].
    ///
    /// # Errors
    ///
    /// What the callback returns, or what beginning, committing or rolling back returns.
    pub async fn transaction_async<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c TrackedTransaction) -> Result<T, E> + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        self.transaction_with_config_async(callback, None, None)
            .await
    }

    /// As [`DatabaseConnection::transaction_with_config_async`].
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
        F: for<'c> AsyncFnOnce(&'c TrackedTransaction) -> Result<T, E> + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        self.begin_with_config(isolation_level, access_mode)
            .await
            .map_err(TransactionError::Connection)?
            .run_async(callback)
            .await
    }

    /// As [`DatabaseConnection::get_schema_builder`].
    #[must_use]
    pub fn get_schema_builder(&self) -> SchemaBuilder {
        self.inner.get_schema_builder()
    }

    /// As [`DatabaseConnection::set_metric_callback`]; the callback sees the log's statements too.
    pub fn set_metric_callback<F>(&mut self, callback: F)
    where
        F: Fn(&metric::Info<'_>) + Send + Sync + 'static,
    {
        self.inner.set_metric_callback(callback);
    }

    /// Forgets what is known of the database's schema; it is read again with the next write.
    ///
    /// Needed after the schema was changed by another program, or on
    /// [`untracked`](Self::untracked): schema changes made through this connection are noticed.
    pub fn forget_schema(&self) {
        self.shared.catalog.forget();
    }

    /// As [`DatabaseConnection::ping`].
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.inner.ping().await
    }

    /// As [`DatabaseConnection::close`].
    ///
    /// # Errors
    ///
    /// When the pool cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        self.inner.close().await
    }

    /// As [`DatabaseConnection::close_by_ref`].
    ///
    /// # Errors
    ///
    /// When the pool cannot be closed.
    pub async fn close_by_ref(&self) -> Result<(), DbErr> {
        self.inner.close_by_ref().await
    }
}
