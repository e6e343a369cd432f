//! What a log is like once it is large: how fast it is read, and what it takes of disk and memory.

mod bytes;
mod memory;
mod plain;
mod reading;
mod seed;

pub(crate) use memory::print_memory;

use self::reading::{
    Log,
    feed::{OnePage, Page},
    history::One,
    loader::Many,
};
use crate::{
    cli::Settings,
    database::Database,
    error::Result,
    figure::Figure,
    kind::{Durability, Kind},
    progress::Progress,
    scale::Scale,
};

/// Seeding, five figures of reading, four of bytes, and what memory is asked for.
const STEPS: u64 = 11;

/// The page of the feed that is far on, counted from 0.
const FAR: u64 = 99;

/// Everything about a large log on one database.
///
/// # Errors
///
/// When the database fails.
pub(crate) async fn figures(settings: &Settings, kind: Kind) -> Result<Vec<Figure>> {
    let (scale, mut figures) = (settings.scale, Vec::new());
    let progress = Progress::new(STEPS)?;
    if settings.wants("reading the log") {
        figures.extend(reading(scale, kind, &progress).await?);
    }
    if settings.wants("bytes per change") {
        figures.extend(bytes::figures(scale, kind, &progress).await?);
    }
    if settings.wants("memory") {
        progress.say(format!("{kind}: memory of a bulk update"));
        figures.extend(memory::figure(settings, kind).await?);
    }
    progress.finish();
    Ok(figures)
}

async fn reading(scale: Scale, kind: Kind, progress: &Progress) -> Result<Vec<Figure>> {
    progress.say(format!("{kind}: seeding a large log"));
    let database = Database::create(kind, Durability::Relaxed).await?;
    let log = Log {
        db: database.plain().clone(),
        kind,
        products: products(scale),
        rounds: scale.rounds(),
        progress: progress.clone(),
    };
    seed::seed(&log.db, kind, log.products).await?;
    progress.step();
    let reads = reads(scale);
    let changes = log.changes();
    let mut figures = vec![
        log.figure(
            format!("history of 50 revisions among {changes} changes"),
            &mut One::ALL.clone(),
            reads,
        )
        .await?,
        log.figure(
            format!("histories of 100 models among {changes} changes"),
            &mut Many::ALL.clone(),
            (reads / 100).max(1),
        )
        .await?,
    ];
    for (work, page) in [
        ("the feed's first page", Page::Number(0)),
        ("the feed's 100th page, by its number", Page::Number(FAR)),
        ("the feed's 100th page, from a cursor", Page::After(FAR)),
    ] {
        let readers = &mut [OnePage::Plain(page), OnePage::Feed(page)];
        figures.push(log.figure(work.to_owned(), readers, reads).await?);
    }
    database.close().await?;
    Ok(figures)
}

/// Products in the log, each with fifty changes.
const fn products(scale: Scale) -> i64 {
    match scale {
        Scale::Full => 20_000,
        Scale::Quick => 2_000,
        // More than the pages that are read.
        Scale::Smoke => 200,
    }
}

/// Reads of a round.
const fn reads(scale: Scale) -> i64 {
    match scale {
        Scale::Full => 200,
        Scale::Quick => 100,
        Scale::Smoke => 2,
    }
}
