//! A median, and how far the middle half of the values reaches.

use statrs::statistics::{Data, OrderStatistics};

/// The median and the quartiles of some values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// Half of the values are below it.
    pub(crate) median: f64,
    /// A quarter of the values is below it.
    pub(crate) low: f64,
    /// A quarter of the values is above it.
    pub(crate) high: f64,
}

impl Spread {
    /// Of these values; not a number when there are none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut data = Data::new(values.into_iter().collect::<Vec<_>>());
        Self {
            median: data.median(),
            low: data.lower_quartile(),
            high: data.upper_quartile(),
        }
    }
}
