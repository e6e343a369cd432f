//! Databases for one run, each contender in its own.

use std::sync::{Mutex, PoisonError};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, Statement,
    sqlx::{
        mysql::MySqlConnectOptions,
        postgres::PgConnectOptions,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tempfile::TempDir;

use crate::{
    distance::{self, Distance},
    error::{Context, Result, anyhow},
    kind::{Durability, Kind},
};

/// Statements that a connection remembers: no contender may run out of them. (sqlx closes those it
/// forgets on MariaDB in a way that delays the next statement by 40 ms.)
const STATEMENTS: usize = 2_000;

const LOCALHOST: &str = "127.0.0.1";

/// The databases on servers that were not dropped yet.
static CREATED: Mutex<Vec<(Kind, String)>> = Mutex::new(Vec::new());

/// A database of its own, with one connection.
#[derive(Debug)]
pub(crate) struct Database {
    kind: Kind,
    durability: Durability,
    name: String,
    url: String,
    plain: DatabaseConnection,
    /// Held for its `Drop`, which removes an SQLite database.
    _folder: Option<TempDir>,
}

impl Database {
    /// Creates an empty database on this machine.
    ///
    /// # Errors
    ///
    /// When the server is not named in the environment, or refuses.
    pub(crate) async fn create(kind: Kind, durability: Durability) -> Result<Self> {
        Self::create_at(kind, durability, Distance::Near).await
    }

    /// Creates an empty database, to be reached from so far.
    ///
    /// # Errors
    ///
    /// When the server is not named in the environment, or refuses.
    pub(crate) async fn create_at(
        kind: Kind,
        durability: Durability,
        distance: Distance,
    ) -> Result<Self> {
        let name = format!("changesets_bench_{}", uuid::Uuid::now_v7().simple());
        let (url, folder) = if kind == Kind::Sqlite {
            let folder = tempfile::tempdir().context("a folder for SQLite's database")?;
            let file = folder.path().join("db.sqlite");
            (
                format!("sqlite://{}?mode=rwc", file.display()),
                Some(folder),
            )
        } else {
            let admin = connect(kind, durability, &admin_url(kind)?).await?;
            CREATED
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((kind, name.clone()));
            admin
                .execute_unprepared(&format!("CREATE DATABASE {}", kind.quote(&name)))
                .await?;
            admin.close().await?;
            (with_database(&admin_url(kind)?, &name)?, None)
        };
        let port = match distance {
            Distance::Near => None,
            Distance::Far => away(kind, &url)?,
        };
        let plain = connect_through(kind, durability, &url, port).await?;
        Ok(Self {
            kind,
            durability,
            name,
            url,
            plain,
            _folder: folder,
        })
    }

    /// Which database this is.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// The connection: a pool of one, with SeaORM's own settings.
    pub(crate) const fn plain(&self) -> &DatabaseConnection {
        &self.plain
    }

    /// A further connection with the same settings.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn connect(&self) -> Result<DatabaseConnection> {
        connect(self.kind, self.durability, &self.url).await
    }

    /// Closes the connection and drops the database. What is not dropped so, [`drop_all`] drops.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn close(self) -> Result<()> {
        self.plain.close_by_ref().await?;
        if self.kind != Kind::Sqlite {
            drop_one(self.kind, &self.name).await?;
            CREATED
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .retain(|(_, name)| *name != self.name);
        }
        Ok(())
    }
}

/// Drops every database of this run that is still there.
///
/// # Errors
///
/// When a server refuses.
pub(crate) async fn drop_all() -> Result<()> {
    let left = std::mem::take(&mut *CREATED.lock().unwrap_or_else(PoisonError::into_inner));
    for (kind, name) in left {
        drop_one(kind, &name).await?;
    }
    Ok(())
}

async fn drop_one(kind: Kind, name: &str) -> Result<()> {
    let admin = connect(kind, Durability::Relaxed, &admin_url(kind)?).await?;
    let force = match kind {
        Kind::Postgres => " WITH (FORCE)",
        Kind::Sqlite | Kind::MariaDb => "",
    };
    let quoted = kind.quote(name);
    admin
        .execute_unprepared(&format!("DROP DATABASE IF EXISTS {quoted}{force}"))
        .await?;
    Ok(admin.close().await?)
}

/// A connection to the server itself; on SQLite to a database in memory.
///
/// # Errors
///
/// When the server is not named in the environment, or refuses.
pub(crate) async fn server(kind: Kind) -> Result<DatabaseConnection> {
    let url = match kind {
        Kind::Sqlite => "sqlite::memory:".to_owned(),
        Kind::Postgres | Kind::MariaDb => admin_url(kind)?,
    };
    connect(kind, Durability::Relaxed, &url).await
}

/// The one value that a query gives.
///
/// # Errors
///
/// When the query fails, gives no row, or another type.
pub(crate) async fn value<T: sea_orm::TryGetable>(
    db: &impl ConnectionTrait,
    sql: &str,
) -> Result<T> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| anyhow!("no row: {sql}"))?;
    Ok(row.try_get_by_index(0)?)
}

/// The port of this machine behind which the server is far away; SQLite has no server.
fn away(kind: Kind, url: &str) -> Result<Option<u16>> {
    let (host, port) = match kind {
        Kind::Sqlite => return Ok(None),
        Kind::Postgres => {
            let options: PgConnectOptions = url.parse()?;
            (options.get_host().to_owned(), options.get_port())
        }
        Kind::MariaDb => {
            let options: MySqlConnectOptions = url.parse()?;
            (options.get_host().to_owned(), options.get_port())
        }
    };
    Ok(Some(distance::away(&host, port)?))
}

async fn connect(kind: Kind, durability: Durability, url: &str) -> Result<DatabaseConnection> {
    connect_through(kind, durability, url, None).await
}

/// Connects to the server, or to a `port` of this machine in its place.
async fn connect_through(
    kind: Kind,
    durability: Durability,
    url: &str,
    port: Option<u16>,
) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    match kind {
        Kind::Sqlite => {
            let synchronous = match durability {
                Durability::Relaxed | Durability::AsSet => SqliteSynchronous::Normal,
                Durability::Full => SqliteSynchronous::Full,
            };
            options.map_sqlx_sqlite_opts(move |options| {
                options
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(synchronous)
                    .foreign_keys(true)
                    // As `docs/guide/transactions.md` advises.
                    .pragma("temp_store", "MEMORY")
                    .statement_cache_capacity(STATEMENTS)
            });
        }
        Kind::Postgres => {
            let synchronous = match durability {
                Durability::Relaxed | Durability::AsSet => "off",
                Durability::Full => "on",
            };
            options.map_sqlx_postgres_opts(move |options| {
                let options = options
                    .options([("synchronous_commit", synchronous)])
                    .statement_cache_capacity(STATEMENTS);
                match port {
                    Some(port) => options.host(LOCALHOST).port(port),
                    None => options,
                }
            });
        }
        Kind::MariaDb => {
            options.map_sqlx_mysql_opts(move |options| {
                let options = options.statement_cache_capacity(STATEMENTS);
                match port {
                    Some(port) => options.host(LOCALHOST).port(port),
                    None => options,
                }
            });
        }
    }
    sea_orm::Database::connect(options)
        .await
        .with_context(|| format!("cannot connect to {kind}"))
}

fn admin_url(kind: Kind) -> Result<String> {
    let variable = kind
        .url_variable()
        .ok_or_else(|| anyhow!("{kind} has no server"))?;
    std::env::var(variable).with_context(|| {
        format!("{variable} is not set: run `scripts/benchmarks`, or choose with --database")
    })
}

/// The URL with another database: what follows the last slash, without the query.
fn with_database(url: &str, name: &str) -> Result<String> {
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = url
        .rsplit_once('/')
        .ok_or_else(|| anyhow!("the server's URL names no database"))?;
    Ok(match query {
        "" => format!("{server}/{name}"),
        query => format!("{server}/{name}?{query}"),
    })
}
