//! What a piece of code gave, and changed.

use std::{fmt, ops::Deref};

use super::Changes;

/// What a piece of code gave, and what it changed.
///
/// It is read, shown and asserted as the [`Changes`] are: `recorded.assert_changes([…])`. Both
/// `Display` and `Debug` print them one on a line, without the output.
pub struct Recorded<T> {
    /// What the code gave.
    pub output: T,
    pub(super) changes: Changes,
}

impl<T> Recorded<T> {
    /// The changes without the output.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        self.changes
    }
}

impl<T> Deref for Recorded<T> {
    type Target = Changes;

    fn deref(&self) -> &Changes {
        &self.changes
    }
}

impl<T> fmt::Display for Recorded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.changes, f)
    }
}

impl<T> fmt::Debug for Recorded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.changes, f)
    }
}
