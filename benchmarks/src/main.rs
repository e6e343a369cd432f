//! What a tracked write costs: measured on three databases, beside what one would write by hand.
//!
//! `scripts/benchmarks` runs it with throwaway servers. `docs/benchmarks.md` is what it writes.

mod cli;
mod contender;
mod database;
mod distance;
mod error;
mod figure;
mod kind;
mod log;
mod measure;
mod perform;
mod progress;
mod report;
mod scale;
mod server;
mod shop;
mod spread;
mod stand;
mod turn;
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
        told = told_to_stop() => told.and(Err(error::anyhow!("interrupted"))),
    };
    // Whatever happened, the servers are left as they were.
    let dropped = database::drop_all().await;
    measured.and(dropped)
}

/// Waits for a signal that would end the process before it has tidied up.
async fn told_to_stop() -> Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}

async fn run(settings: &Settings) -> Result<()> {
    if let Some(contender) = settings.memory_of {
        return log::print_memory(contender, settings).await;
    }
    let mut figures = Vec::new();
    for kind in settings.databases() {
        for &durability in settings.durabilities(kind) {
            let before = server::set(kind, durability).await?;
            let measured = writing::figures(settings, kind, durability).await;
            before.put_back().await?;
            let measured = measured?;
            report::console::print(&measured)?;
            figures.extend(measured);
        }
        let measured = log::figures(settings, kind).await?;
        report::console::print(&measured)?;
        figures.extend(measured);
    }
    error::ensure!(
        !figures.is_empty(),
        "nothing to measure: no work's name contains {:?}; run without --only to see the names",
        settings.only.as_deref().unwrap_or_default()
    );
    match settings.out() {
        Some(page) => report::write(&figures, &page).await,
        None => Ok(()),
    }
}
