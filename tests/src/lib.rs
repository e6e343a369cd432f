//! The test suite of changesets: every test once, on SQLite, PostgreSQL and MariaDB.
//!
//! A test is a `pub async fn name(db: TestDb)` in a module under [`mod@suite`], and a line in the
//! list in `src/suite.rs`. `tests/{sqlite,postgres,mysql}.rs` turn that list into `#[test]`
//! functions. Each test has a database of its own, so all of them run in parallel.
//!
//! The servers come from the environment, as `scripts/test` and `scripts/servers` set it:
//!
//! | variable | meaning |
//! |---|---|
//! | `CHANGESETS_TEST_POSTGRES` | URL of a PostgreSQL server, as a user that may create databases |
//! | `CHANGESETS_TEST_POSTGRES_LOG` | path of that server's log, for tests that count statements |
//! | `CHANGESETS_TEST_MYSQL` | URL of a MariaDB server, as a user that may create databases |
//! | `CHANGESETS_TEST_ONLY=sqlite` | skip the tests of the other two |
//! | `CHANGESETS_TEST_REQUIRE=all` | a missing server fails, whatever else is set |
//! | `CHANGESETS_TEST_KEEP=1` | keep the databases of tests that passed, too |
//! | `CHANGESETS_TEST_TIMEOUT` | seconds until a test counts as hung; 120 by default |
//!
//! A failed test leaves its database behind for a look at it. The next run removes it.

#![recursion_limit = "256"]

mod backend;
mod database;
mod events;
mod run;
mod server_log;
mod sweep;

pub mod expected;
pub mod oracle;
pub mod shop;
pub mod suite;
pub mod tracked;
pub mod types;

pub use crate::backend::Backend;
pub use crate::database::TestDb;
pub use crate::events::Events;
pub use crate::run::{Outcome, run};
pub use crate::server_log::ServerLog;
