//! Running a piece of code and reading what it changed.

use std::{fmt, future::Future, sync::Arc};

use changesets_core::{
    LogTables,
    ambient::{Ambient, Witness},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction};

use super::{Changes, Recorded};
use crate::{
    connection::{TrackedConnection, TrackedTransaction},
    history::{Entry, HistoryError, feed},
};

/// Runs `work` and gives what it gave, with the changes it made: all that are in the log once it has
/// ended, in their order there.
///
/// `db` is where the log is read: a tracked connection or transaction, or, with the hook alone, a
/// plain one. `work` runs as it would without: it gets no changeset that it does not open itself.
/// Which changes are its own, and what it has to wait for, is told in the [module](super).
///
/// # Errors
///
/// When the log cannot be read; before `work` runs, if its tables are not there. What `work` itself
/// returns, an error too, is [`Recorded::output`]. A transaction of PostgreSQL that failed cannot be
/// read any more: give `record` its connection, or begin a savepoint for what is to fail.
///
/// # Panics
///
/// When `work` does.
///
/// # Cancel safety
///
/// Dropping the future drops `work`, and nothing else.
pub async fn record<C, F>(db: &C, work: F) -> Result<Recorded<F::Output>, HistoryError>
where
    C: ReadsLog,
    F: Future,
{
    Recording::on(db).run(work).await
}

/// A [`record`] with options.
///
/// ```
/// # async fn example(db: &sea_orm::DatabaseConnection)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// use changesets_seaorm::{LogTables, testing::Recording};
///
/// let recorded = Recording::on(db)
///     .log_tables(LogTables::new().prefix("audit_")?)
///     .everybody()
///     .run(async { /* … */ })
///     .await?;
/// recorded.assert_nothing();
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing runs until `run` is called"]
pub struct Recording<'a, C> {
    db: &'a C,
    tables: LogTables,
    everybody: bool,
}

impl<'a, C: ReadsLog> Recording<'a, C> {
    /// A recording whose log is read on `db`.
    pub fn on(db: &'a C) -> Self {
        Self {
            db,
            tables: db.log_tables(),
            everybody: false,
        }
    }

    /// The names of the log tables. Only a plain connection needs to be told: a tracked one knows.
    pub fn log_tables(mut self, tables: LogTables) -> Self {
        self.tables = tables;
        self
    }

    /// Whatever is written to the log while the work runs, by whom ever. For work in tasks that no
    /// changeset is carried into, such as a server's, in a test that has the database for itself.
    pub fn everybody(mut self) -> Self {
        self.everybody = true;
        self
    }

    /// Runs `work`; see [`record`], also for the errors, panics and cancel safety.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn run<F: Future>(self, work: F) -> Result<Recorded<F::Output>, HistoryError> {
        let log = || feed().tables(self.tables.clone());
        let mark = log().one(self.db).await?.map(|last| last.id());
        let witness = Arc::new(Witness::new());
        let output = Ambient::here()
            .witness(Arc::clone(&witness))
            .scope(work)
            .await;
        let mut since = log().oldest_first();
        since.query.after = mark;
        let mut entries = since.all(self.db).await?;
        if !self.everybody {
            keep_own(&mut entries, &witness);
        }
        Ok(Recorded {
            output,
            changes: Changes::new(entries),
        })
    }
}

/// Leaves the changes of the changesets that `witness` saw, and of those inside them.
fn keep_own(entries: &mut Vec<Entry>, witness: &Witness) {
    let mut inside: Vec<_> = entries
        .iter()
        .map(Entry::changeset_id)
        .filter(|id| witness.opened(*id))
        .collect();
    let parent = |entry: &Entry| entry.changeset.parent_id.map(Into::into);
    // A parent may have been written after its child: again, until there are no more.
    loop {
        let known = inside.len();
        for entry in entries.iter() {
            let child_of_ours =
                parent(entry).is_some_and(|id| witness.opened(id) || inside.contains(&id));
            if child_of_ours && !inside.contains(&entry.changeset_id()) {
                inside.push(entry.changeset_id());
            }
        }
        if inside.len() == known {
            break;
        }
    }
    entries.retain(|entry| {
        let id = entry.changeset_id();
        inside.contains(&id) || witness.passed(id)
    });
}

impl<C> fmt::Debug for Recording<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("tables", &self.tables)
            .field("everybody", &self.everybody)
            .finish_non_exhaustive()
    }
}

/// A connection on which [`record`] can read the log: the tracked ones, which know its tables, and
/// SeaORM's own.
pub trait ReadsLog: ConnectionTrait + sealed::Sealed {
    /// The names of the log tables, as far as the connection knows them.
    #[doc(hidden)]
    fn log_tables(&self) -> LogTables;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! reads_log {
    ($($connection:ty => |$db:ident| $tables:expr;)*) => {$(
        impl sealed::Sealed for $connection {}
        impl ReadsLog for $connection {
            fn log_tables(&self) -> LogTables {
                let $db = self;
                $tables
            }
        }
    )*};
}

reads_log! {
    TrackedConnection => |db| db.shared.log.clone();
    TrackedTransaction => |db| db.shared.log.clone();
    DatabaseConnection => |_db| LogTables::default();
    DatabaseTransaction => |_db| LogTables::default();
}
