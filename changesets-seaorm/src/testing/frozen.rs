//! Ids and times that are the same in every run.

use std::{future::Future, sync::Arc};

use changesets_core::ambient::{Ambient, FrozenClock};
use chrono::{DateTime, Utc};

/// Ids and times that are the same in every run, for snapshots of a log.
///
/// Inside [`run`](Self::run) the first changeset that is opened gets the time given, each later one a
/// second more; ids are UUIDs of version 7 that count from 1. A change is recorded at the time of the
/// changeset opened last. Code that opens its changesets in an order of chance, in tasks that run at
/// once, gets them in that order.
///
/// Frozen is what Changesets writes to its log: not the clock of the application or of the database.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use changesets_seaorm::{Changeset, testing::Frozen};
///
/// let opened = Frozen::at("2026-01-01T00:00:00Z")?
///     .run(async { Changeset::new().open() })
///     .await;
/// assert_eq!(opened.id().to_string(), "019b76da-a800-7000-8000-000000000001");
/// assert_eq!(opened.created_at().to_rfc3339(), "2026-01-01T00:00:00+00:00");
/// # Ok::<(), changesets_seaorm::testing::NoTime>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
#[must_use = "time goes on outside `run`"]
pub struct Frozen {
    clock: Arc<FrozenClock>,
}

impl Frozen {
    /// A clock that stands at `time`, written as in `2026-01-01T00:00:00Z`.
    ///
    /// # Errors
    ///
    /// [`NoTime`] when the text is none.
    pub fn at(time: &str) -> Result<Self, NoTime> {
        time.parse::<DateTime<Utc>>()
            .map(Self::from)
            .map_err(|_| NoTime(time.to_owned()))
    }

    /// Runs `work` by this clock. A second piece of work goes on where the first one ended.
    ///
    /// Work that is spawned takes the clock along where it takes its changeset along.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        let clock = Arc::clone(&self.clock);
        Ambient::here().clock(clock).scope(work).await
    }
}

impl From<DateTime<Utc>> for Frozen {
    fn from(time: DateTime<Utc>) -> Self {
        Self {
            clock: Arc::new(FrozenClock::at(time)),
        }
    }
}

/// A text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time: write it as in `2026-01-01T00:00:00Z`")]
pub struct NoTime(String);
