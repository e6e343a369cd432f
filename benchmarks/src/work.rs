//! A piece of work that is measured.

mod list;

pub(crate) use list::{all, far};

use crate::{
    contender::Contender,
    figure::{Section, Unit},
};

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
    /// How often.
    pub(crate) rounds: usize,
}

impl Work {
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
