//! The pieces of work that are measured.

use std::ops::RangeInclusive;

use crate::{
    contender::Contender,
    figure::{Section, Unit},
    kind::{Durability, Kind},
    scale::Scale,
};

/// Writes of one changeset, where a changeset holds several.
const PER_CHANGESET: i64 = 100;

/// Links that are added.
const LINKS: i64 = 1_000;

/// What is done to each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Insert a product.
    Insert,
    /// Load a product, change a column, save it; in bulk, raise prices.
    Update,
    /// Delete a product.
    Delete,
    /// Give a product a tag.
    Link,
    /// Read a product.
    Read,
    /// Insert into a table that nobody tracks.
    Note,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Link => "link",
            Self::Read => "read",
            Self::Note => "insert into an untracked table",
        }
    }
}

/// How many rows, in which statements and transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Each row in a transaction of its own, so many of them in a changeset.
    Alone { count: i64, per_changeset: i64 },
    /// Row by row, all in one transaction and one changeset.
    Together { count: i64 },
    /// All rows in one statement; so many such statements, each with a changeset of its own.
    Bulk { rows: i64, times: i64 },
    /// One statement, after another in the same session that wrote a single row.
    AfterOne { rows: i64 },
}

/// One piece of work.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// The table of the report it belongs to.
    pub(crate) section: Section,
    /// Its name there.
    pub(crate) name: String,
    /// What is done to each row.
    pub(crate) action: Action,
    /// In which portions.
    pub(crate) shape: Shape,
}

impl Work {
    /// All that is measured on this database.
    pub(crate) fn all(kind: Kind, durability: Durability, scale: Scale) -> Vec<Self> {
        const WRITES: [Action; 3] = [Action::Insert, Action::Update, Action::Delete];
        let work = |section, action: Action, name: &str, shape| Self {
            section,
            name: format!("{}{name}", action.name()),
            action,
            shape,
        };
        let alone = |per_changeset| Shape::Alone {
            count: scale.alone(),
            per_changeset,
        };
        let mut all = Vec::new();
        for action in WRITES {
            all.push(work(Section::Alone, action, "", alone(1)));
            let name = format!(", {PER_CHANGESET} in a changeset");
            all.push(work(Section::Alone, action, &name, alone(PER_CHANGESET)));
        }
        for action in WRITES {
            let count = scale.together();
            all.push(work(
                Section::Together,
                action,
                "",
                Shape::Together { count },
            ));
        }
        for action in WRITES {
            for &rows in scale.bulk() {
                // What a commit waits for is nothing to a statement of many rows.
                if durability == Durability::Full && rows < 10_000 {
                    continue;
                }
                let times = (scale.bulk_rows() / rows).max(1);
                let name = format!(" of {}", thousands(rows));
                all.push(work(
                    Section::Bulk,
                    action,
                    &name,
                    Shape::Bulk { rows, times },
                ));
            }
        }
        if durability == Durability::Full {
            return all;
        }
        let links = LINKS.min(scale.products());
        let name = format!(" {} products, one statement", thousands(links));
        let shape = Shape::Bulk {
            rows: links,
            times: 1,
        };
        all.push(work(Section::Links, Action::Link, &name, shape));
        let name = format!(" {} products, one by one", thousands(links));
        let shape = Shape::Together { count: links };
        all.push(work(Section::Links, Action::Link, &name, shape));
        let reads = Shape::Alone {
            count: scale.reads(),
            per_changeset: scale.reads(),
        };
        all.push(work(Section::Untouched, Action::Read, " by key", reads));
        all.push(work(Section::Untouched, Action::Note, "", alone(1)));
        if kind == Kind::Postgres {
            let rows = scale.trap();
            let name = format!(" of {} after an update of one", thousands(rows));
            all.push(work(
                Section::Trap,
                Action::Update,
                &name,
                Shape::AfterOne { rows },
            ));
        }
        all
    }

    /// Whether this contender takes part.
    pub(crate) fn is_for(&self, contender: Contender) -> bool {
        let bulk = matches!(self.shape, Shape::Bulk { .. } | Shape::AfterOne { .. });
        match contender {
            Contender::Untracked | Contender::Tracked => true,
            // SeaORM runs no hook for a statement of many rows.
            Contender::Hook => !bulk && self.section != Section::Untouched,
            Contender::BareStatementTrigger => self.section == Section::Trap,
            _ => self.section != Section::Untouched && !self.shares_changesets(),
        }
    }

    /// Others know no changesets, so this differs for nobody but us.
    fn shares_changesets(&self) -> bool {
        matches!(self.shape, Shape::Alone { per_changeset, .. } if per_changeset > 1)
    }

    /// What its time is divided by.
    pub(crate) fn operations(&self) -> i64 {
        match self.shape {
            Shape::Alone { count, .. } | Shape::Together { count } => count,
            Shape::Bulk { rows, times } => rows * times,
            Shape::AfterOne { rows } => rows,
        }
    }

    /// Rows of one statement.
    pub(crate) fn rows_per_statement(&self) -> i64 {
        match self.shape {
            Shape::Alone { .. } | Shape::Together { .. } => 1,
            Shape::Bulk { rows, .. } | Shape::AfterOne { rows } => rows,
        }
    }

    /// What its figure counts.
    pub(crate) fn unit(&self) -> Unit {
        match self.shape {
            Shape::Alone { .. } | Shape::Together { .. } => Unit::MicrosPerOperation,
            Shape::Bulk { .. } | Shape::AfterOne { .. } => Unit::MicrosPerRow,
        }
    }
}

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

/// A number as people write it.
pub(crate) fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Turn, thousands};

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

    #[test]
    fn commas_part_thousands() {
        assert_eq!(thousands(1), "1");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
