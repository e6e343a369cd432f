//! The oracle: see [`crate::oracle`].

use crate::oracle::{Program, Size};
use crate::tracked::tracked_shop;
use crate::{TestDb, shop};

pub async fn replaying_the_log_of_a_random_program_gives_the_tables(db: TestDb) {
    let size = Size::from_env();
    let tracked = tracked_shop(&db).await;
    for seed in size.first_seed..size.first_seed + size.seeds {
        println!("program {seed}: {} steps", size.steps);
        Program::new(&tracked, db.backend(), seed)
            .run(size.steps)
            .await;
        empty(&db).await;
    }
}

/// Removes all rows, of the shop and of the log, unrecorded.
async fn empty(db: &TestDb) {
    let log = ["change_ref", "change", "changeset"];
    for table in shop::TABLES.iter().rev().chain(&log) {
        db.sql(&format!("DELETE FROM {}", db.backend().quote(table)))
            .await;
    }
}
