//! Reading a large log, against reading as many rows of a plain table.

pub(super) mod feed;
pub(super) mod history;
pub(super) mod loader;

use sea_orm::DatabaseConnection;

use super::seed::REVISIONS;
use crate::{
    error::Result,
    figure::{Figure, Section, Unit},
    kind::{Durability, Kind},
    measure::{interleaved, per_operation, timed},
    progress::Progress,
};

/// A log to read, and how often.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) db: DatabaseConnection,
    pub(super) kind: Kind,
    pub(super) products: i64,
    pub(super) rounds: usize,
    pub(super) progress: Progress,
}

/// A way to read.
pub(super) trait Reader: Copy {
    /// What it is called in the report.
    fn name(self) -> &'static str;

    /// Reads something; `turn` says what, and is the same for all readers.
    async fn read(self, log: &Log, turn: i64) -> Result<()>;
}

impl Log {
    /// A product, another in each turn, and far from the one before.
    pub(super) const fn product(&self, turn: i64) -> i64 {
        turn * 7_919 % self.products + 1
    }

    /// How many changes of products there are.
    pub(super) const fn changes(&self) -> i64 {
        self.products * REVISIONS
    }

    /// The id of the newest change: there are no gaps, and a link of each product comes first.
    pub(super) const fn newest(&self) -> i64 {
        self.products + self.changes()
    }

    /// Lets all readers read so often in each round. The first is the base.
    pub(super) async fn figure<R: Reader>(
        &self,
        work: String,
        readers: &mut [R],
        reads: i64,
    ) -> Result<Figure> {
        self.progress.say(format!("{}: {work}", self.kind));
        let times = interleaved(self.rounds, readers, async |reader, round| {
            let first = i64::try_from(round)? * reads;
            timed(async {
                for turn in first..first + reads {
                    reader.read(self, turn).await?;
                }
                Ok(())
            })
            .await
        })
        .await?;
        self.progress.step();
        let names = readers.iter().map(|reader| reader.name().to_owned());
        Ok(Figure {
            kind: self.kind,
            durability: Durability::Relaxed,
            section: Section::Reading,
            work,
            rows_per_statement: 1,
            unit: Unit::MicrosPerOperation,
            results: per_operation(names, &times, u64::try_from(reads)?),
        })
    }
}
