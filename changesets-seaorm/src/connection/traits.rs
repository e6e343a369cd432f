//! SeaORM's connection traits, every method forwarded: once for the connection, once for the
//! transaction, from one list.

use std::{future::Future, pin::Pin, sync::Arc};

use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult,
    Statement, StreamTrait, TransactionError, TransactionOptions, TransactionTrait,
};

use crate::{
    capture::{self, Answer, Ask, Route},
    hook::tracks,
    session::{BeginOn, SessionTransaction},
};

use super::{TrackedConnection, TrackedStream, TrackedTransaction};

macro_rules! tracked_connection {
    ($connection:ty, |$this:ident| inner: $inner:expr, on: $on:expr, route: $route:expr, session: $session:expr) => {
        #[async_trait::async_trait]
        impl ConnectionTrait for $connection {
            fn get_database_backend(&self) -> DbBackend {
                let $this = self;
                match $inner {
                    Ok(inner) => ConnectionTrait::get_database_backend(inner),
                    // Only an ended transaction has no backend, and nobody holds one.
                    Err(_) => DbBackend::Sqlite,
                }
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                let $this = self;
                capture::run($route?, statement, Ask::Execute)
                    .await?
                    .executed()
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                let $this = self;
                capture::run_unprepared($route?, sql).await
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                let $this = self;
                if let Some(answer) = tracks(&self.shared, &statement.sql) {
                    return answer.map(|()| None).map_err(DbErr::from);
                }
                Ok(capture::run($route?, statement, Ask::One).await?.row())
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                let $this = self;
                Ok(capture::run($route?, statement, Ask::All).await?.rows())
            }

            fn support_returning(&self) -> bool {
                let $this = self;
                $inner.is_ok_and(ConnectionTrait::support_returning)
            }

            fn is_mock_connection(&self) -> bool {
                let $this = self;
                $inner.is_ok_and(ConnectionTrait::is_mock_connection)
            }
        }

        impl StreamTrait for $connection {
            type Stream<'a> = TrackedStream<'a>;

            fn get_database_backend(&self) -> DbBackend {
                ConnectionTrait::get_database_backend(self)
            }

            fn stream_raw<'a>(
                &'a self,
                statement: Statement,
            ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
                let $this = self;
                Box::pin(async move {
                    let route = $route?;
                    if capture::is_harmless(&route, &statement.sql) {
                        route.settled().await?;
                        let rows = $inner?.stream_raw(statement).await?;
                        return Ok(TrackedStream::read(capture::heeded(route, rows)));
                    }
                    let answer = capture::run(route, statement, Ask::All).await?;
                    Ok(TrackedStream::written(answer.rows()))
                })
            }
        }

        #[async_trait::async_trait]
        impl TransactionTrait for $connection {
            type Transaction = TrackedTransaction;

            async fn begin(&self) -> Result<TrackedTransaction, DbErr> {
                self.begin_with_options(TransactionOptions::default()).await
            }

            async fn begin_with_config(
                &self,
                isolation_level: Option<IsolationLevel>,
                access_mode: Option<AccessMode>,
            ) -> Result<TrackedTransaction, DbErr> {
                self.begin_with_options(TransactionOptions {
                    isolation_level,
                    access_mode,
                    sqlite_transaction_mode: None,
                })
                .await
            }

            async fn begin_with_options(
                &self,
                options: TransactionOptions,
            ) -> Result<TrackedTransaction, DbErr> {
                let $this = self;
                Ok(TrackedTransaction {
                    inner: SessionTransaction::begin($on, $session, options).await?,
                    shared: Arc::clone(&self.shared),
                })
            }

            async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
            where
                F: for<'c> FnOnce(
                        &'c TrackedTransaction,
                    )
                        -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
                    + Send,
                T: Send,
                E: std::fmt::Display + std::fmt::Debug + Send,
            {
                self.transaction_with_config(callback, None, None).await
            }

            async fn transaction_with_config<F, T, E>(
                &self,
                callback: F,
                isolation_level: Option<IsolationLevel>,
                access_mode: Option<AccessMode>,
            ) -> Result<T, TransactionError<E>>
            where
                F: for<'c> FnOnce(
                        &'c TrackedTransaction,
                    )
                        -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
                    + Send,
                T: Send,
                E: std::fmt::Display + std::fmt::Debug + Send,
            {
                let transaction = self
                    .begin_with_config(isolation_level, access_mode)
                    .await
                    .map_err(TransactionError::Connection)?;
                let result = callback(&transaction).await;
                transaction.finish(result).await
            }
        }
    };
}

tracked_connection!(
    TrackedConnection,
    |this| inner: Ok::<_, DbErr>(&this.inner),
    on: BeginOn::Pool(this.inner.clone()),
    route: Ok::<_, DbErr>(Route::pool(&this.inner, &this.shared)),
    session: None
);

tracked_connection!(
    TrackedTransaction,
    |this| inner: this.inner.get().map(|inner| &**inner),
    on: BeginOn::Transaction(Arc::clone(this.inner.get()?)),
    route: this.inner.get().map(|inner| Route::transaction(inner, &this.shared, this.inner.session())),
    session: Some(this.inner.session())
);

// Kept beside the macro so that the answer's three faces are read together with their callers.
impl Answer {
    fn executed(self) -> Result<ExecResult, DbErr> {
        match self {
            Self::Executed(result) => Ok(result),
            Self::Rows(_) => Err(DbErr::Custom(
                "a statement that was executed returned rows".to_owned(),
            )),
        }
    }

    fn rows(self) -> Vec<QueryResult> {
        match self {
            Self::Executed(_) => Vec::new(),
            Self::Rows(rows) => rows,
        }
    }

    fn row(self) -> Option<QueryResult> {
        self.rows().into_iter().next()
    }
}
