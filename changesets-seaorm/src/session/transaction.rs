//! A SeaORM transaction that tells its session how it ended.
//!
//! sqlx must not be interrupted while it begins or ends a transaction: a `BEGIN` whose future is
//! dropped leaves a transaction open that nobody counts, and a dropped `SAVEPOINT` rolls back the
//! transaction around it (`sqlx-*/src/transaction.rs`: the depth is counted after the answer). So
//! these go on when their caller does not ([`uninterrupted`]); a whole capture does likewise.

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionOptions,
    TransactionTrait,
};

use super::{Session, uninterrupted};

/// What a transaction is begun on.
#[derive(Debug, Clone)]
pub(crate) enum BeginOn {
    Pool(DatabaseConnection),
    Transaction(Arc<DatabaseTransaction>),
}

/// A transaction or savepoint, and its level in the session.
///
/// Dropping it rolls back, exactly as SeaORM's own.
#[derive(Debug)]
pub(crate) struct SessionTransaction {
    inner: Option<Arc<DatabaseTransaction>>,
    session: Arc<Session>,
}

impl SessionTransaction {
    /// Begins on `db`: a savepoint of `within`, or a transaction of its own.
    pub(crate) async fn begin(
        db: BeginOn,
        within: Option<&Arc<Session>>,
        options: TransactionOptions,
    ) -> Result<Self, DbErr> {
        let within = within.cloned();
        let turn = match &within {
            Some(session) => Some(session.turn().await?),
            None => None,
        };
        let begun = uninterrupted(async move {
            let begun = Self::begin_in_turn(&db, within.as_ref(), options).await?;
            // Together, and in this order: a caller that has gone leaves a savepoint that must be
            // abandoned within the turn.
            Ok((begun, turn))
        });
        begun.await.map(|(begun, _turn)| begun)
    }

    /// The same for whoever has the session's turn, and cannot be interrupted.
    pub(crate) async fn begin_in_turn(
        db: &BeginOn,
        within: Option<&Arc<Session>>,
        options: TransactionOptions,
    ) -> Result<Self, DbErr> {
        let inner = match db {
            BeginOn::Pool(db) => db.begin_with_options(options).await?,
            BeginOn::Transaction(db) => db.begin_with_options(options).await?,
        };
        let session = match (within, db) {
            (Some(session), _) => {
                session.push();
                Arc::clone(session)
            }
            (None, BeginOn::Pool(db)) => Session::begin(Some(db.clone())),
            (None, BeginOn::Transaction(_)) => Session::begin(None),
        };
        Ok(Self {
            inner: Some(Arc::new(inner)),
            session,
        })
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// The transaction itself; an error only once it has ended.
    pub(crate) fn get(&self) -> Result<&Arc<DatabaseTransaction>, DbErr> {
        self.inner.as_ref().ok_or_else(ended)
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        // A write whose caller has gone may still be on its way.
        let turn = self.session.turn().await?;
        uninterrupted(async move {
            let _turn = turn;
            self.end_in_turn(false).await
        })
        .await
    }

    /// Commits, or rolls back, for whoever has the session's turn, and cannot be interrupted.
    pub(crate) async fn end_in_turn(mut self, commit: bool) -> Result<(), DbErr> {
        let inner = self.inner.take().ok_or_else(ended)?;
        let mut level = Level {
            session: Arc::clone(&self.session),
            committed: false,
        };
        let inner = Arc::try_unwrap(inner).map_err(|_| ended())?;
        if commit && self.session.is_spoiled() {
            self.session.roll_back(inner).await?;
            return Err(DbErr::Custom(
                "rolled back: a write of this transaction panicked before it was recorded"
                    .to_owned(),
            ));
        }
        if commit {
            inner.commit().await?;
            level.committed = true;
            Ok(())
        } else {
            self.session.roll_back(inner).await
        }
    }
}

impl Session {
    /// Rolls back a transaction of this session.
    ///
    /// Where SQLite has ended it, there has to be one: sqlx counts it as open until a `ROLLBACK`
    /// succeeds, and its connection would begin no other (`sqlx-sqlite/src/connection/worker.rs`).
    pub(super) async fn roll_back(&self, transaction: DatabaseTransaction) -> Result<(), DbErr> {
        if self.may_be_closed(&transaction) {
            // Within one that is open it fails.
            if transaction.execute_unprepared("BEGIN").await.is_ok() {
                tracing::debug!("SQLite had ended a transaction by itself");
            }
        }
        transaction.rollback().await
    }

    pub(super) fn may_be_closed(&self, transaction: &DatabaseTransaction) -> bool {
        let sqlite = transaction.get_database_backend() == DbBackend::Sqlite;
        sqlite && self.is_outermost() && self.fate().is_doubtful()
    }
}

fn ended() -> DbErr {
    DbErr::Custom("the transaction has ended, or is still in use".to_owned())
}

impl Drop for SessionTransaction {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            self.session.abandon(inner);
        }
    }
}

/// Pops a level of the session on every way out.
struct Level {
    session: Arc<Session>,
    committed: bool,
}

impl Drop for Level {
    fn drop(&mut self) {
        self.session.pop(self.committed);
    }
}
