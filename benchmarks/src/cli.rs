//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::{
    contender::Contender,
    kind::{Durability, Kind},
    scale::Scale,
};

/// Where the report goes when nothing else is said.
const REPORT: &str = "docs/benchmarks.md";

/// What a tracked write costs, on SQLite, PostgreSQL and MariaDB.
///
/// The servers are those that CHANGESETS_TEST_POSTGRES and CHANGESETS_TEST_MYSQL name:
/// `scripts/benchmarks` starts them. Every contender gets a database of its own, which is dropped at
/// the end.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub(crate) struct Settings {
    /// Measure on this database; may be given several times. All when left out
    #[arg(long = "database", value_enum)]
    databases: Vec<Kind>,
    /// How much to do
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) scale: Scale,
    /// Only work whose name contains this
    #[arg(long)]
    pub(crate) only: Option<String>,
    /// Only these contenders, beside the untracked base; may be given several times
    #[arg(long = "contender", value_enum)]
    contenders: Vec<Contender>,
    /// How durable a commit is
    #[arg(long, value_enum, default_value = "both")]
    durability: Durable,
    /// Change the settings of the MariaDB server, where a connection cannot: only for servers that
    /// nobody else uses
    #[arg(long)]
    pub(crate) throwaway: bool,
    /// Write the report to this file; plots go to a folder of its name beside it
    #[arg(long)]
    out: Option<PathBuf>,
    /// Only update a large table as this contender, and print what memory that took
    #[arg(long, value_enum, hide = true)]
    pub(crate) memory_of: Option<Contender>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Durable {
    Relaxed,
    Full,
    Both,
}

impl Settings {
    /// The databases to measure on.
    pub(crate) fn databases(&self) -> Vec<Kind> {
        let asked = |kind: &Kind| self.databases.is_empty() || self.databases.contains(kind);
        Kind::ALL.into_iter().filter(asked).collect()
    }

    /// Whether this work is to be measured.
    pub(crate) fn wants(&self, work: &str) -> bool {
        self.only.as_deref().is_none_or(|only| work.contains(only))
    }

    /// Whether this contender takes part. The base always does.
    pub(crate) fn wants_contender(&self, contender: Contender) -> bool {
        contender == Contender::Untracked
            || self.contenders.is_empty()
            || self.contenders.contains(&contender)
    }

    /// The durabilities to measure with.
    pub(crate) fn durabilities(&self, kind: Kind) -> &'static [Durability] {
        if kind == Kind::MariaDb && !self.throwaway {
            return &[Durability::AsSet];
        }
        match self.durability {
            Durable::Relaxed => &[Durability::Relaxed],
            Durable::Full => &[Durability::Full],
            // A smoke run has nothing to learn from doing it all twice.
            Durable::Both if self.scale == Scale::Smoke => &[Durability::Relaxed],
            Durable::Both => &[Durability::Relaxed, Durability::Full],
        }
    }

    /// Where to write the report. Part of the work makes no report, unless a file is named.
    pub(crate) fn out(&self) -> Option<PathBuf> {
        let whole = self.scale != Scale::Smoke
            && self.only.is_none()
            && self.databases.is_empty()
            && self.contenders.is_empty();
        self.out
            .clone()
            .or_else(|| whole.then(|| PathBuf::from(REPORT)))
    }
}
