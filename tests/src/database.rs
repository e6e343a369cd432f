//! A database for one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::{Backend, ServerLog, sweep};

/// Connections of a pool when a test does not say: enough for a few transactions side by side.
const MAX_CONNECTIONS: u32 = 5;

/// Every database of the suite starts with this, so that a sweep finds them.
pub(crate) const PREFIX: &str = "changesets_test_";

/// A database of its own for one test. Clones are the same database.
#[derive(Clone, Debug)]
pub struct TestDb(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Backend,
    name: String,
    url: String,
    /// The folder of an SQLite database.
    folder: Option<PathBuf>,
    plain: DatabaseConnection,
    /// Every pool a test opened, so that removing the database can close them.
    pools: Mutex<Vec<DatabaseConnection>>,
}

impl TestDb {
    /// Creates an empty database for the named test.
    ///
    /// # Panics
    ///
    /// When the database cannot be created: nothing can be tested then.
    pub async fn new(backend: Backend, test: &str) -> Self {
        sweep::once(backend).await;
        let name = unique_name(test);
        let (url, folder) = match backend {
            Backend::Sqlite => {
                let folder = sweep::sqlite_folder().join(&name);
                std::fs::create_dir_all(&folder).expect("a folder for the database");
                let file = folder.join("db.sqlite");
                (
                    format!("sqlite://{}?mode=rwc", file.display()),
                    Some(folder),
                )
            }
            Backend::Postgres | Backend::MySql => {
                let admin = admin(backend).await;
                let quoted = backend.quote(&name);
                for sql in [
                    format!("DROP DATABASE IF EXISTS {quoted}"),
                    format!("CREATE DATABASE {quoted}"),
                ] {
                    admin.execute_unprepared(&sql).await.expect(&sql);
                }
                close(&admin).await;
                (with_database(&admin_url(backend), &name), None)
            }
        };
        let plain = open(backend, &url, |_| {}).await;
        Self(Arc::new(Inner {
            backend,
            name,
            url,
            folder,
            pools: Mutex::new(vec![plain.clone()]),
            plain,
        }))
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// The name of the database on its server.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The URL, for code that connects by itself.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// A plain SeaORM connection: one pool for the whole test, nothing tracked.
    pub fn plain(&self) -> DatabaseConnection {
        self.0.plain.clone()
    }

    /// A further pool with so many connections.
    pub async fn connect(&self, max_connections: u32) -> DatabaseConnection {
        self.connect_with(|options| {
            options.max_connections(max_connections);
        })
        .await
    }

    /// A further pool with options of the test's own, on top of the usual ones.
    pub async fn connect_with(
        &self,
        change: impl FnOnce(&mut ConnectOptions),
    ) -> DatabaseConnection {
        let pool = open(self.0.backend, &self.0.url, change).await;
        self.0.pools.lock().unwrap().push(pool.clone());
        pool
    }

    /// Runs one SQL text on the plain connection, several statements included.
    ///
    /// # Panics
    ///
    /// When it fails, with the text.
    pub async fn sql(&self, sql: &str) -> u64 {
        match self.0.plain.execute_unprepared(sql).await {
            Ok(result) => result.rows_affected(),
            Err(error) => panic!("{error}\nin: {sql}"),
        }
    }

    /// The rows of a query on the plain connection, each as one text per column (`None`: NULL).
    /// The query casts what is no text: `SELECT name, CAST(stock AS CHAR) FROM product`.
    pub async fn texts(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let statement = Statement::from_string(self.0.backend.db_backend(), sql);
        let rows = match self.0.plain.query_all_raw(statement).await {
            Ok(rows) => rows,
            Err(error) => panic!("{error}\nin: {sql}"),
        };
        rows.iter()
            .map(|row| {
                (0..row.column_names().len())
                    .map(|index| row.try_get_by_index(index).expect("a text column"))
                    .collect()
            })
            .collect()
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {}", self.0.backend.quote(table));
        let statement = Statement::from_string(self.0.backend.db_backend(), sql);
        let row = self.0.plain.query_one_raw(statement).await.expect(table);
        row.expect("a count").try_get_by_index(0).expect("a number")
    }

    /// Makes the PostgreSQL server log every statement that connections opened from now on
    /// run in this database. Connect after this call.
    pub async fn log_statements(&self) -> ServerLog {
        assert!(
            self.backend().is_postgres(),
            "only PostgreSQL logs per database"
        );
        let quoted = self.backend().quote(self.name());
        self.sql(&format!(
            "ALTER DATABASE {quoted} SET log_statement = 'all'"
        ))
        .await;
        ServerLog::of(self.name())
    }

    /// Closes every pool and removes the database, unless `CHANGESETS_TEST_KEEP` is set.
    pub(crate) async fn remove(&self) {
        let pools = std::mem::take(&mut *self.0.pools.lock().unwrap());
        for pool in &pools {
            close(pool).await;
        }
        if std::env::var_os("CHANGESETS_TEST_KEEP").is_some() {
            return;
        }
        if let Some(folder) = &self.0.folder {
            std::fs::remove_dir_all(folder).expect("remove the database's folder");
            return;
        }
        let admin = admin(self.0.backend).await;
        sweep::drop_database(&admin, self.0.backend, &self.0.name).await;
        close(&admin).await;
    }
}

/// A connection to the server itself.
pub(crate) async fn admin(backend: Backend) -> DatabaseConnection {
    open(backend, &admin_url(backend), |options| {
        options.max_connections(1);
    })
    .await
}

fn admin_url(backend: Backend) -> String {
    let variable = backend.url_variable().expect("a backend with a server");
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set"))
}

async fn open(
    backend: Backend,
    url: &str,
    change: impl FnOnce(&mut ConnectOptions),
) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(MAX_CONNECTIONS)
        // Short enough that a test which waits for itself says so before the suite times out.
        .acquire_timeout(Duration::from_secs(20))
        .sqlx_logging(false);
    if backend.is_sqlite() {
        options.map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Off)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
        });
    }
    if backend.is_mysql() {
        // sqlx closes the statements that its cache of 100 drops without TCP_NODELAY, and each
        // close then delays the next statement by 40 ms (Nagle's algorithm, delayed ACK).
        options.map_sqlx_mysql_opts(|options| options.statement_cache_capacity(2_000));
    }
    change(&mut options);
    match Database::connect(options).await {
        Ok(pool) => pool,
        Err(error) => panic!(
            "cannot connect to the {} test database: {error}",
            backend.name()
        ),
    }
}

/// Closes a pool. A connection that a test leaked would keep it open for ever, so wait a while only.
pub(crate) async fn close(pool: &DatabaseConnection) {
    let _ = tokio::time::timeout(Duration::from_secs(5), pool.close_by_ref()).await;
}

/// The process keeps runs apart, the counter keeps tests apart, the test's name is for people.
fn unique_name(test: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let test: String = test
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let mut name = format!("{PREFIX}{}_{number}_{test}", std::process::id());
    // PostgreSQL allows 63 bytes.
    name.truncate(60);
    name
}

/// The URL with another database: what follows the last slash, without the query.
fn with_database(url: &str, name: &str) -> String {
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    match query {
        "" => format!("{server}/{name}"),
        query => format!("{server}/{name}?{query}"),
    }
}
