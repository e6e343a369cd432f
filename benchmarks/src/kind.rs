//! The three databases, and how durable a commit is.

use std::fmt;

/// A database to measure on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub(crate) enum Kind {
    /// A file in a temporary folder, in WAL mode.
    Sqlite,
    /// The server that `CHANGESETS_TEST_POSTGRES` names.
    Postgres,
    /// The server that `CHANGESETS_TEST_MYSQL` names.
    #[value(name = "mariadb")]
    MariaDb,
}

impl Kind {
    /// All of them, in the order of the report.
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MariaDb];

    /// The word for files and for the command line.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
        }
    }

    /// Puts an identifier in this database's quotes.
    pub(crate) fn quote(self, name: &str) -> String {
        match self {
            Self::MariaDb => format!("`{name}`"),
            Self::Sqlite | Self::Postgres => format!("\"{name}\""),
        }
    }

    /// The environment variable that holds the server's URL; SQLite has no server.
    pub(crate) const fn url_variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("CHANGESETS_TEST_POSTGRES"),
            Self::MariaDb => Some("CHANGESETS_TEST_MYSQL"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::MariaDb => "MariaDB",
        })
    }
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Durability {
    /// A crash of the machine may lose the last commits.
    Relaxed,
    /// A commit waits for the disk.
    Full,
    /// Whatever the server is set to: a connection cannot choose on MariaDB.
    AsSet,
}

impl Durability {
    /// The setting that stands for it on this database.
    pub(crate) const fn setting(self, kind: Kind) -> &'static str {
        match (kind, self) {
            (Kind::Sqlite, Self::Relaxed) => "synchronous = NORMAL",
            (Kind::Sqlite, Self::Full) => "synchronous = FULL",
            (Kind::Postgres, Self::Relaxed) => "synchronous_commit = off",
            (Kind::Postgres, Self::Full) => "synchronous_commit = on",
            (Kind::MariaDb, Self::Relaxed) => "innodb_flush_log_at_trx_commit = 2",
            (_, Self::AsSet) => "as the server is set",
            (Kind::MariaDb, Self::Full) => "innodb_flush_log_at_trx_commit = 1",
        }
    }
}
