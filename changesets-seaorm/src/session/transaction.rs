//! A SeaORM transaction that tells its session how it ended.

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, DbErr, TransactionOptions, TransactionTrait};

use super::Session;

/// A transaction or savepoint, and its level in the session.
///
/// Dropping it rolls back, exactly as SeaORM's own.
#[derive(Debug)]
pub(crate) struct SessionTransaction {
    inner: Option<DatabaseTransaction>,
    session: Arc<Session>,
}

impl SessionTransaction {
    /// Begins on `db`: a savepoint of `within`, or a transaction of its own.
    pub(crate) async fn begin<C>(
        db: &C,
        within: Option<&Arc<Session>>,
        options: TransactionOptions,
    ) -> Result<Self, DbErr>
    where
        C: TransactionTrait<Transaction = DatabaseTransaction>,
    {
        let inner = db.begin_with_options(options).await?;
        let session = match within {
            Some(session) => {
                session.push();
                Arc::clone(session)
            }
            None => Session::begin(),
        };
        Ok(Self {
            inner: Some(inner),
            session,
        })
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// The transaction itself; `None` only while it ends.
    pub(crate) fn get(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.inner
            .as_ref()
            .ok_or_else(|| DbErr::Custom("the transaction has ended".to_owned()))
    }

    pub(crate) async fn commit(mut self) -> Result<(), DbErr> {
        if let Some(inner) = self.inner.take() {
            // Dropped in here, the future rolls back: then `end` must say so too.
            let mut end = End::of(&self.session);
            inner.commit().await?;
            end.committed = true;
        }
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<(), DbErr> {
        if let Some(inner) = self.inner.take() {
            let _end = End::of(&self.session);
            inner.rollback().await?;
        }
        Ok(())
    }
}

impl Drop for SessionTransaction {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            drop(inner);
            self.session.pop(false);
        }
    }
}

/// Pops the level on every way out.
struct End {
    session: Arc<Session>,
    committed: bool,
}

impl End {
    fn of(session: &Arc<Session>) -> Self {
        Self {
            session: Arc::clone(session),
            committed: false,
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.session.pop(self.committed);
    }
}
