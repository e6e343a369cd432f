//! What a tracked write costs: measured on three databases, beside what one would write by hand.
//!
//! `scripts/benchmarks` runs it with throwaway servers. `docs/benchmarks.md` is what it writes.

mod cli;
mod contender;
mod database;
mod error;
mod figure;
mod kind;
mod log;
mod measure;
mod perform;
mod progress;
mod report;
mod scale;
mod shop;
mod spread;
mod stand;
mod work;
mod writing;

use clap::Parser;

use crate::{cli::Settings, error::Result};

// One thread: a captured write runs in a task of its own, and in a server too such a task runs on
// the thread of the request that waits for it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let settings = Settings::parse();
    let measured = tokio::select! {
        measured = run(&settings) => measured,
        _ = tokio::signal::ctrl_c() => Err(error::anyhow!("interrupted")),
    };
    // Whatever happened, the servers are left as they were.
    let dropped = database::drop_all().await;
    measured.and(dropped)
}

async fn run(settings: &Settings) -> Result<()> {
    let mut figures = Vec::new();
    for kind in settings.databases() {
        for &durability in settings.durabilities() {
            figures.extend(writing::figures(settings, kind, durability).await?);
        }
        figures.extend(log::figures(settings, kind).await?);
    }
    report::console::print(&figures)
}
