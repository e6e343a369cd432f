//! What the shop takes: memory, connections, tasks.

use std::time::Duration;

use axum_shop::Shop;
use sea_orm::{DatabaseConnection, DbBackend};

/// At one moment, with no request open.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Resident memory of this process, in KiB; 0 where it cannot be told.
    memory: u64,
    /// Connections of the pool.
    connections: u32,
    /// Tasks of the runtime, clients and their connections included.
    tasks: usize,
}

impl Measured {
    /// Waits until every connection is back in the pool, and measures.
    pub async fn now(shop: &Shop) -> Self {
        let db = shop.db.untracked();
        let mut patience = 100;
        while idle(db) < size(db) as usize {
            patience -= 1;
            assert!(
                patience > 0,
                "{} of {} connections came back",
                idle(db),
                size(db)
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Self {
            memory: memory(),
            connections: size(db),
            tasks: tokio::runtime::Handle::current()
                .metrics()
                .num_alive_tasks(),
        }
    }
}

/// That the second half of the load took no more than the first.
pub fn assert_flat(measured: &[Measured]) {
    println!("{measured:#?}");
    let (half, end) = (measured[1], measured[3]);
    assert!(
        end.memory < half.memory + 32 * 1024,
        "memory grows: {measured:#?}"
    );
    assert!(
        end.tasks <= half.tasks + 16,
        "tasks are left: {measured:#?}"
    );
    assert!(end.connections <= 24, "connections are left: {measured:#?}");
}

fn size(db: &DatabaseConnection) -> u32 {
    match db.get_database_backend() {
        DbBackend::Sqlite => db.get_sqlite_connection_pool().size(),
        DbBackend::Postgres => db.get_postgres_connection_pool().size(),
        _ => db.get_mysql_connection_pool().size(),
    }
}

fn idle(db: &DatabaseConnection) -> usize {
    match db.get_database_backend() {
        DbBackend::Sqlite => db.get_sqlite_connection_pool().num_idle(),
        DbBackend::Postgres => db.get_postgres_connection_pool().num_idle(),
        _ => db.get_mysql_connection_pool().num_idle(),
    }
}

fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
