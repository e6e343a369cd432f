//! A clock that moves only when a changeset is opened.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A clock that moves only when a changeset is opened: the first one gets the clock's time, each
/// later one a second more.
///
/// Its ids are UUIDs of version 7 as usual, of the clock's first time, counted from 1. The same code
/// gets the same ids and times, as long as it opens its changesets in the same order.
#[derive(Debug)]
pub struct FrozenClock {
    start: DateTime<Utc>,
    given: Mutex<Given>,
}

#[derive(Debug, Default)]
struct Given {
    times: i32,
    ids: u64,
}

impl FrozenClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn at(start: DateTime<Utc>) -> Self {
        Self {
            start,
            given: Mutex::default(),
        }
    }

    /// The time: that of the changeset opened last.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let times = self.given().times;
        let passed = TimeDelta::seconds(i64::from((times - 1).max(0)));
        self.start.checked_add_signed(passed).unwrap_or(self.start)
    }

    /// The time of a changeset that is opened.
    pub(super) fn tick(&self) -> DateTime<Utc> {
        self.given().times += 1;
        self.now()
    }

    pub(super) fn next_id(&self) -> Uuid {
        let mut given = self.given();
        given.ids += 1;
        let [a, b, c, d, e, f, g, h] = given.ids.to_be_bytes();
        let millis = u64::try_from(self.start.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &[0, 0, a, b, c, d, e, f, g, h])
            .into_uuid()
    }

    /// Whole after a panic: every edit is a single assignment.
    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
