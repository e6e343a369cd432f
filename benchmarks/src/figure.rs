//! What a measurement gives: one figure for each piece of work, with every contender in it.

use crate::{
    kind::{Durability, Kind},
    spread::Spread,
};

/// One piece of work, measured for all contenders in the same rounds.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Where it was measured.
    pub(crate) kind: Kind,
    /// How durable the commits were.
    pub(crate) durability: Durability,
    /// The table of the report it belongs to.
    pub(crate) section: Section,
    /// What was done, in a few words.
    pub(crate) work: String,
    /// Rows that one statement writes.
    pub(crate) rows_per_statement: u64,
    /// What the absolute figures count.
    pub(crate) unit: Unit,
    /// One for each contender; the first is the base that the others are compared with.
    pub(crate) results: Vec<Measured>,
}

impl Figure {
    /// The result of the contender with this name.
    pub(crate) fn result(&self, name: &str) -> Option<&Measured> {
        self.results.iter().find(|result| result.name == name)
    }
}

/// What one contender needed.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// The contender.
    pub(crate) name: String,
    /// Its own figure in each round.
    rounds: Vec<f64>,
    /// Its own figure.
    pub(crate) absolute: Spread,
    /// What is more than the base of the same round; nothing for the base itself.
    pub(crate) against: Option<Against>,
}

impl Measured {
    /// How many times the figure of another contender this one is, round by round.
    pub(crate) fn times(&self, other: &Self) -> Spread {
        let rounds = self.rounds.iter().zip(&other.rounds);
        Spread::of(rounds.map(|(ours, theirs)| ours / theirs))
    }
}

/// A comparison with the base, made in each round and then summed up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against {
    /// Times the base.
    pub(crate) ratio: Spread,
    /// Minus the base, in the unit of the figure.
    pub(crate) added: Spread,
}

/// The tables of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Section {
    /// One row, in a transaction of its own.
    Alone,
    /// One row at a time, many of them in one transaction.
    Together,
    /// Many rows in one statement.
    Bulk,
    /// Rows of the junction.
    Links,
    /// Reads, and writes to a table that nobody tracks.
    Untouched,
    /// The plan that a statement trigger keeps.
    Trap,
    /// One row at a time, on a server that is not on the same machine.
    Far,
    /// Reading the log.
    Reading,
    /// Bytes of disk and of memory.
    Space,
}

impl Section {
    /// Its heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Alone => "One row, in a transaction of its own",
            Self::Together => "Row by row, 1,000 in one transaction",
            Self::Bulk => "Many rows in one statement",
            Self::Links => "Links",
            Self::Untouched => "Reads, and tables that are not tracked",
            Self::Trap => "A large update after a small one",
            Self::Far => "One row, the server half a millisecond away",
            Self::Reading => "Reading the history",
            Self::Space => "Disk and memory",
        }
    }
}

/// What the absolute figures count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Microseconds for one operation.
    MicrosPerOperation,
    /// Microseconds for one row of a statement.
    MicrosPerRow,
    /// Bytes for one change.
    BytesPerChange,
    /// Mebibytes of memory.
    Mebibytes,
}

impl Unit {
    /// How it is written after a number.
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::MicrosPerOperation => "µs",
            Self::MicrosPerRow => "µs/row",
            Self::BytesPerChange => "bytes",
            Self::Mebibytes => "MiB",
        }
    }
}

/// Sums up what each contender needed in each round, and compares it with the first of them.
pub(crate) fn compare(series: &[(String, Vec<f64>)]) -> Vec<Measured> {
    let base = series.first().map(|(_, values)| values.as_slice());
    let summed_up = |(position, (name, values)): (usize, &(String, Vec<f64>))| Measured {
        name: name.clone(),
        rounds: values.clone(),
        absolute: Spread::of(values.iter().copied()),
        against: base.filter(|_| position > 0).map(|base| Against {
            ratio: Spread::of(values.iter().zip(base).map(|(value, base)| value / base)),
            added: Spread::of(values.iter().zip(base).map(|(value, base)| value - base)),
        }),
    };
    series.iter().enumerate().map(summed_up).collect()
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn ratios_are_of_the_same_round() {
        // Twice the base in each round, though the rounds differ by ten times.
        let series = [
            ("base".to_owned(), vec![1.0, 10.0, 5.0]),
            ("other".to_owned(), vec![2.0, 20.0, 10.0]),
        ];
        let measured = compare(&series);
        let against = measured[1].against.expect("a comparison");
        assert_eq!(against.ratio.median, 2.0);
        assert_eq!((against.ratio.low, against.ratio.high), (2.0, 2.0));
        assert_eq!(against.added.median, 5.0);
        assert!(measured[0].against.is_none());
    }
}
