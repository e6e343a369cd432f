//! Removing databases, a test's own and those that earlier runs left behind.

use std::path::PathBuf;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tokio::sync::OnceCell;

use crate::Backend;
use crate::database::{PREFIX, admin, close};

/// Where the SQLite databases live.
pub(crate) fn sqlite_folder() -> PathBuf {
    std::env::temp_dir().join("changesets-tests")
}

/// Once per process: removes the databases of processes that are gone.
pub(crate) async fn once(backend: Backend) {
    static SWEPT: [OnceCell<()>; 3] = [const { OnceCell::const_new() }; 3];
    SWEPT[backend as usize]
        .get_or_init(|| async move {
            match backend {
                Backend::Sqlite => sweep_folder(),
                Backend::Postgres | Backend::MySql => sweep_server(backend).await,
            }
        })
        .await;
}

fn sweep_folder() {
    let Ok(entries) = std::fs::read_dir(sqlite_folder()) else {
        return;
    };
    for entry in entries.flatten() {
        if is_stale(&entry.file_name().to_string_lossy()) {
            // Another process may be sweeping too: who comes second finds nothing.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

async fn sweep_server(backend: Backend) {
    let admin = admin(backend).await;
    let sql = if backend.is_postgres() {
        "SELECT datname::text FROM pg_database"
    } else {
        "SELECT schema_name FROM information_schema.schemata"
    };
    let statement = Statement::from_string(backend.db_backend(), sql);
    let rows = admin.query_all_raw(statement).await.expect(sql);
    for row in rows {
        let name: String = row.try_get_by_index(0).expect("a database name");
        if is_stale(&name) {
            drop_database(&admin, backend, &name).await;
        }
    }
    close(&admin).await;
}

/// Drops a database, and ends the sessions that a failed or leaking test left in it.
pub(crate) async fn drop_database(admin: &DatabaseConnection, backend: Backend, name: &str) {
    let quoted = backend.quote(name);
    let sql = match backend {
        Backend::Postgres => format!("DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"),
        _ => {
            kill_sessions(admin, name).await;
            format!("DROP DATABASE IF EXISTS {quoted}")
        }
    };
    // Two processes may sweep the same leftover at once: one of them fails, and may.
    if let Err(error) = admin.execute_unprepared(&sql).await {
        eprintln!("note: {sql}: {error}");
    }
}

async fn kill_sessions(admin: &DatabaseConnection, name: &str) {
    let statement = Statement::from_sql_and_values(
        Backend::MySql.db_backend(),
        "SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = ?",
        [name.into()],
    );
    for row in admin.query_all_raw(statement).await.expect("the sessions") {
        let id: i64 = row.try_get_by_index(0).expect("a session id");
        // It may have ended by itself in the meantime.
        let _ = admin.execute_unprepared(&format!("KILL {id}")).await;
    }
}

/// One of ours, from a process that is no longer there.
fn is_stale(name: &str) -> bool {
    let Some((process, _)) = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('_'))
    else {
        return false;
    };
    let Ok(process) = process.parse::<u32>() else {
        return false;
    };
    process != std::process::id() && !is_running(process)
}

fn is_running(process: u32) -> bool {
    if std::path::Path::new("/proc/self").exists() {
        return std::path::Path::new(&format!("/proc/{process}")).exists();
    }
    std::process::Command::new("kill")
        .args(["-0", &process.to_string()])
        .output()
        .is_ok_and(|output| output.status.success())
}
