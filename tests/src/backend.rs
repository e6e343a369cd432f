//! The three databases, and what a test may expect of each.

use sea_orm::DbBackend;

/// A database the suite runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A file in a temporary folder, in WAL mode.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
    /// MariaDB 10.11 or newer, spoken to as MySQL.
    MySql,
}

impl Backend {
    /// All of them, in the order in which we list them everywhere.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MySql];

    /// The name used in test names and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        }
    }

    /// SeaORM's name for it.
    pub fn db_backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
            Self::MySql => DbBackend::MySql,
        }
    }

    pub fn is_sqlite(self) -> bool {
        self == Self::Sqlite
    }

    pub fn is_postgres(self) -> bool {
        self == Self::Postgres
    }

    pub fn is_mysql(self) -> bool {
        self == Self::MySql
    }

    /// SeaORM uses `RETURNING` (`support_returning()`), so `exec_with_returning` and its kin work.
    pub fn returning(self) -> bool {
        !self.is_mysql()
    }

    /// Array columns.
    pub fn arrays(self) -> bool {
        self.is_postgres()
    }

    /// Named schemas inside one database.
    pub fn schemas(self) -> bool {
        self.is_postgres()
    }

    /// `WITH x AS (INSERT | UPDATE | DELETE … RETURNING …)`.
    pub fn writing_ctes(self) -> bool {
        self.is_postgres()
    }

    /// DDL inside a transaction is rolled back with it; on MySQL it commits what is open.
    pub fn transactional_ddl(self) -> bool {
        !self.is_mysql()
    }

    /// Writers wait for rows, not for the whole database: two transactions can write at once.
    pub fn concurrent_writers(self) -> bool {
        !self.is_sqlite()
    }

    /// `SELECT … FOR UPDATE`.
    pub fn row_locks(self) -> bool {
        !self.is_sqlite()
    }

    /// `INSERT … ON CONFLICT`; MySQL has `ON DUPLICATE KEY UPDATE` and `INSERT IGNORE`.
    pub fn on_conflict(self) -> bool {
        !self.is_mysql()
    }

    /// The beginning of an `UPDATE` that passes over rows it must not update.
    pub fn update_ignore(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("UPDATE OR IGNORE"),
            Self::MySql => Some("UPDATE IGNORE"),
            Self::Postgres => None,
        }
    }

    /// `REPLACE INTO`.
    pub fn replace(self) -> bool {
        !self.is_postgres()
    }

    /// `UPDATE … ORDER BY … LIMIT`.
    pub fn update_limit(self) -> bool {
        self.is_mysql()
    }

    /// `UPDATE … FROM`.
    pub fn update_from(self) -> bool {
        !self.is_mysql()
    }

    /// Constraints that are checked when the transaction commits.
    pub fn deferred_constraints(self) -> bool {
        !self.is_mysql()
    }

    /// A failed statement spoils the transaction until a rollback.
    pub fn error_aborts_transaction(self) -> bool {
        self.is_postgres()
    }

    /// `CREATE TYPE … AS ENUM`, a type that exists beside the tables that use it.
    pub fn named_enums(self) -> bool {
        self.is_postgres()
    }

    /// Fractions of a second a default timestamp column keeps.
    pub fn timestamp_digits(self) -> usize {
        match self {
            Self::Sqlite | Self::Postgres => 6,
            Self::MySql => 0,
        }
    }

    /// Decimals keep their scale; SQLite stores them as floats.
    pub fn exact_decimals(self) -> bool {
        !self.is_sqlite()
    }

    /// Puts an identifier in this database's quotes.
    pub fn quote(self, identifier: &str) -> String {
        let mark = if self.is_mysql() { '`' } else { '"' };
        format!("{mark}{identifier}{mark}")
    }

    /// The placeholder of the parameter with this number, from 1.
    pub fn placeholder(self, number: usize) -> String {
        if self.is_postgres() {
            format!("${number}")
        } else {
            "?".to_owned()
        }
    }

    /// The environment variable that holds the server's URL; SQLite has no server.
    pub(crate) fn url_variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("CHANGESETS_TEST_POSTGRES"),
            Self::MySql => Some("CHANGESETS_TEST_MYSQL"),
        }
    }

    /// Whether this run was told to leave the backend out.
    ///
    /// # Panics
    ///
    /// When its server is missing and nobody said so on purpose: a suite that skips by itself
    /// passes without testing.
    pub(crate) fn is_left_out(self) -> bool {
        let Some(variable) = self.url_variable() else {
            return false;
        };
        let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
        let required = set("CHANGESETS_TEST_REQUIRE", "all");
        if set("CHANGESETS_TEST_ONLY", "sqlite") && !required {
            return true;
        }
        assert!(
            std::env::var_os(variable).is_some(),
            "{variable} is not set: run `scripts/test`, or `eval \"$(scripts/servers start)\"` \
             once, or set CHANGESETS_TEST_ONLY=sqlite to test on SQLite alone"
        );
        false
    }
}
