//! Who is measured.

use std::fmt;

use crate::kind::Kind;

/// A way to write, with or without keeping a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub(crate) enum Contender {
    /// SeaORM, and no history: the base.
    Untracked,
    /// Changesets' tracked connection.
    Tracked,
    /// Changesets' hook alone, on a plain connection.
    Hook,
    /// What one writes by hand with SeaORM: lock the row, write it, add a row to an audit table.
    ByHand,
    /// A row trigger that writes old and new as JSON to one audit table.
    RowTrigger,
    /// A statement trigger with transition tables that does the same.
    StatementTrigger,
    /// The least SQL that writes the same to the log: the floor.
    BareLog,
    /// The statement trigger as most people write it: it may keep a bad plan.
    BareStatementTrigger,
}

impl Contender {
    /// All that take part in all work.
    pub(crate) const ALL: [Self; 7] = [
        Self::Untracked,
        Self::Tracked,
        Self::Hook,
        Self::ByHand,
        Self::RowTrigger,
        Self::StatementTrigger,
        Self::BareLog,
    ];

    /// Whether this database can do it.
    pub(crate) fn runs_on(self, kind: Kind) -> bool {
        match self {
            Self::StatementTrigger | Self::BareStatementTrigger => kind == Kind::Postgres,
            _ => true,
        }
    }

    /// Its name in figures and tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Untracked => "untracked",
            Self::Tracked => "tracked connection",
            Self::Hook => "hook alone",
            Self::ByHand => "by hand",
            Self::RowTrigger => "row trigger",
            Self::StatementTrigger => "statement trigger",
            Self::BareLog => "bare log insert",
            Self::BareStatementTrigger => "statement trigger, not mended",
        }
    }

    /// Whether even one write needs a transaction around it.
    pub(crate) fn needs_transaction(self) -> bool {
        matches!(self, Self::Hook | Self::ByHand | Self::BareLog)
    }

    /// Whether it writes to the log of Changesets.
    pub(crate) fn has_log(self) -> bool {
        matches!(self, Self::Tracked | Self::Hook | Self::BareLog)
    }

    /// Whether it records under a changeset.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Tracked | Self::Hook)
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
