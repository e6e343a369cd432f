//! 10,000 reads, tracked and untracked, in interleaved rounds: `cargo run -p changesets-tests --example reads`.
//!
//! On SQLite by default; `-- postgres` or `-- mysql` with the servers of `scripts/servers`.

use std::time::{Duration, Instant};

use changesets_tests::{
    Backend, TestDb,
    shop::{self, product},
    tracked::tracked_shop,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};

const ROUNDS: u32 = 20;
const READS: u32 = 500;

#[tokio::main]
async fn main() {
    let backend = match std::env::args().nth(1).as_deref() {
        Some("postgres") => Backend::Postgres,
        Some("mysql") => Backend::MySql,
        _ => Backend::Sqlite,
    };
    let db = TestDb::new(backend, "reads").await;
    let tracked = tracked_shop(&db).await;
    let lamp = shop::a_product("lamp", 100)
        .insert(&tracked)
        .await
        .expect("a product");
    let plain = tracked.untracked();
    read(plain, lamp.id).await;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        without.push(read(plain, lamp.id).await);
        with.push(read(&tracked, lamp.id).await);
    }
    with.sort();
    without.sort();
    let middle = |times: &[Duration]| times[times.len() / 2].as_secs_f64() / f64::from(READS) * 1e6;
    let spread = |times: &[Duration]| {
        let quarter = times.len() / 4;
        (times[3 * quarter] - times[quarter]).as_secs_f64() / f64::from(READS) * 1e6
    };
    println!(
        "{} reads each way: untracked {:.1} µs (quartiles {:.1} apart), tracked {:.1} µs (quartiles {:.1} apart), ratio {:.3}",
        ROUNDS * READS,
        middle(&without),
        spread(&without),
        middle(&with),
        spread(&with),
        middle(&with) / middle(&without),
    );
}

async fn read<C: ConnectionTrait>(db: &C, id: i64) -> Duration {
    let start = Instant::now();
    for _ in 0..READS {
        product::Entity::find_by_id(id)
            .one(db)
            .await
            .expect("a read")
            .expect("the product");
    }
    start.elapsed()
}
