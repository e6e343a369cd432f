//! Which rows a round of some work touches.

use std::ops::RangeInclusive;

/// Which products a round of some work touches: others in each round, none of them twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Products that are in the table before the round.
    pub(crate) products: i64,
    /// The number of the round; no two of the same run have the same.
    pub(crate) round: i64,
}

impl Turn {
    /// The product of this single operation.
    pub(crate) fn id(self, number: i64) -> i64 {
        // A prime that divides no size of the table, so that neighbours in time are none on disk.
        const STRIDE: i64 = 7_919;
        1 + (self.round * 977 + number * STRIDE) % self.products
    }

    /// The products of this statement.
    pub(crate) fn ids(self, rows: i64, times: i64, number: i64) -> RangeInclusive<i64> {
        let free = self.products - rows * times + 1;
        let first = 1 + (self.round * 977) % free.max(1) + number * rows;
        first..=first + rows - 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Turn;

    #[test]
    fn a_round_touches_no_product_twice() {
        for products in [400, 20_000] {
            let turn = Turn { products, round: 3 };
            let single: HashSet<_> = (0..400).map(|number| turn.id(number)).collect();
            assert_eq!(single.len(), 400);
            let bulk: HashSet<_> = (0..4).flat_map(|number| turn.ids(100, 4, number)).collect();
            assert_eq!(bulk.len(), 400);
            assert!(bulk.iter().all(|id| (1..=products).contains(id)));
        }
    }
}
