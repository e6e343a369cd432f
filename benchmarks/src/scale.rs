//! How much is done: enough to trust, enough to look, or enough to see that it runs.

use crate::kind::Durability;

/// How long the run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scale {
    /// The figures of the report.
    Full,
    /// The same work in fewer rounds, to look at while working.
    Quick,
    /// Everything once, in a few seconds: the figures mean nothing.
    Smoke,
}

impl Scale {
    /// Rounds that count.
    pub(crate) const fn rounds(self) -> usize {
        match self {
            Self::Full => 7,
            Self::Quick => 5,
            Self::Smoke => 1,
        }
    }

    /// The same for what has to reach a figure: medians of seven differ by a tenth and more from one run
    /// to the next.
    pub(crate) const fn many_rounds(self) -> usize {
        match self {
            Self::Full => 15,
            Self::Quick | Self::Smoke => self.rounds(),
        }
    }

    /// Products in the table before anything is measured.
    pub(crate) const fn products(self) -> i64 {
        match self {
            Self::Full | Self::Quick => 20_000,
            Self::Smoke => 400,
        }
    }

    /// Operations of a round, each in a transaction of its own. Fewer where each waits for the disk.
    pub(crate) const fn alone(self, durability: Durability) -> i64 {
        match (self, durability) {
            (Self::Full, Durability::Relaxed | Durability::AsSet) => 200,
            (Self::Full | Self::Quick, _) => 100,
            (Self::Smoke, _) => 4,
        }
    }

    /// Operations in one transaction; and inserts that nobody tracks, each in one of its own.
    pub(crate) const fn together(self) -> i64 {
        match self {
            Self::Full | Self::Quick => 1_000,
            Self::Smoke => 20,
        }
    }

    /// Operations of a round on a server that is some way off.
    pub(crate) const fn far(self) -> i64 {
        match self {
            Self::Full | Self::Quick => 50,
            Self::Smoke => 4,
        }
    }

    /// Links that are added.
    pub(crate) const fn links(self) -> i64 {
        match self {
            Self::Full | Self::Quick => 1_000,
            Self::Smoke => 20,
        }
    }

    /// Reads of a round.
    pub(crate) const fn reads(self) -> i64 {
        match self {
            Self::Full | Self::Quick => 2_000,
            Self::Smoke => 20,
        }
    }

    /// Rows of a bulk write.
    pub(crate) const fn bulk(self) -> &'static [i64] {
        match self {
            Self::Full | Self::Quick => &[1, 10, 100, 1_000, 10_000],
            Self::Smoke => &[1, 100],
        }
    }

    /// Rows that the bulk writes of a round have together, at least.
    pub(crate) const fn bulk_rows(self) -> i64 {
        match self {
            Self::Full => 1_000,
            Self::Quick => 500,
            Self::Smoke => 1,
        }
    }

    /// Rows of the update that a statement trigger is trapped by.
    pub(crate) const fn trap(self) -> i64 {
        match self {
            Self::Full | Self::Quick => 4_000,
            Self::Smoke => 100,
        }
    }
}
