//! Memory of the process while one statement changes a whole table.
//!
//! A process of its own for each contender: what one has allocated before must not hide what
//! another needs.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::ensure;
use changesets_seaorm::{Changeset, LogTables, Tracker};
use sea_orm::ConnectionTrait;

use crate::{
    cli::Settings,
    contender::Contender,
    database::{Database, value},
    error::{Context, Result},
    figure::{self, Figure, Section, Unit},
    kind::{Durability, Kind},
    scale::Scale,
    shop::{
        self, Operations,
        hooked::{self, Hooked},
        plain::Plain,
    },
};

/// Where Linux says what a process needs.
const STATUS: &str = "/proc/self/status";

/// Where the highest value is forgotten.
const FORGET: &str = "/proc/self/clear_refs";

/// How often the table is doubled while it is filled.
const DOUBLINGS: u32 = 6;

/// The contenders, the base first.
const CONTENDERS: [Contender; 2] = [Contender::Untracked, Contender::Tracked];

/// What a bulk update needs, tracked and not. Nothing where there is no Linux to ask.
pub(super) async fn figure(settings: &Settings, kind: Kind) -> Result<Option<Figure>> {
    if !std::path::Path::new(FORGET).exists() {
        return Ok(None);
    }
    let rounds = match settings.scale {
        Scale::Full => 3,
        Scale::Quick | Scale::Smoke => 1,
    };
    let mut series: Vec<_> = CONTENDERS
        .map(|who| (who.name().to_owned(), Vec::new()))
        .into();
    for _ in 0..rounds {
        for (contender, (_, peaks)) in CONTENDERS.into_iter().zip(&mut series) {
            let scale = settings.scale;
            let peak = tokio::task::spawn_blocking(move || peak_of_child(contender, scale, kind));
            peaks.push(peak.await??);
        }
    }
    Ok(Some(Figure {
        kind,
        durability: Durability::Relaxed,
        section: Section::Space,
        work: format!("memory, bulk update of {} rows", rows(settings.scale, kind)),
        rows_per_statement: u64::try_from(rows(settings.scale, kind))?,
        unit: Unit::Mebibytes,
        results: figure::compare(&series),
    }))
}

/// Runs this program again, for one contender.
fn peak_of_child(contender: Contender, scale: Scale, kind: Kind) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .arg(format!("--memory-of={}", argument(&contender)?))
        .arg(format!("--scale={}", argument(&scale)?))
        .arg(format!("--database={}", argument(&kind)?))
        .stderr(Stdio::inherit())
        .output()
        .context("starting a process whose memory is measured")?;
    ensure!(
        output.status.success(),
        "the process that updates on {kind} ended with {}",
        output.status
    );
    let peak = String::from_utf8(output.stdout)?;
    peak.trim()
        .parse()
        .with_context(|| format!("no size: {peak}"))
}

fn argument(value: &impl clap::ValueEnum) -> Result<String> {
    let value = value.to_possible_value().context("a hidden argument")?;
    Ok(value.get_name().to_owned())
}

/// What such a process does: updates the table, and prints the most MiB it needed meanwhile.
///
/// # Errors
///
/// When the database fails, or this is no Linux.
pub(crate) async fn print_memory(contender: Contender, settings: &Settings) -> Result<()> {
    for kind in settings.databases() {
        let peak = peak_of_update(contender, settings.scale, kind).await?;
        writeln!(std::io::stdout(), "{peak}")?;
    }
    Ok(())
}

async fn peak_of_update(contender: Contender, scale: Scale, kind: Kind) -> Result<f64> {
    let database = Database::create(kind, Durability::Relaxed).await?;
    let db = database.plain();
    shop::create(db).await?;
    fill(db, kind, rows(scale, kind)).await?;
    changesets_migration::up(db, &LogTables::default()).await?;
    let ids = 1..=value::<i64>(db, "SELECT max(id) FROM product").await?;

    let db = database.connect().await?;
    std::fs::write(FORGET, "5").context(FORGET)?;
    if contender == Contender::Tracked {
        let tracker = Tracker::builder()
            .entity::<hooked::product::Entity>()
            .build()?;
        let db = tracker.connect(db);
        let changeset = Changeset::new().actor("user:42").reason("spring sale");
        changeset.scope(Hooked::update_many(&db, ids)).await?;
    } else {
        Plain::update_many(&db, ids).await?;
    }
    let peak = peak()?;

    if contender == Contender::Tracked {
        let log = kind.quote("change");
        let recorded: i64 = value(database.plain(), &format!("SELECT count(*) FROM {log}")).await?;
        ensure!(recorded == rows(scale, kind), "{recorded} changes recorded");
    }
    database.close().await?;
    Ok(peak)
}

/// Rows of the table: a multiple of what the doublings make of one row.
///
/// Fewer where the capture keeps the rows of the statement in memory: a million would take
/// gigabytes, which the machine may not have.
const fn rows(scale: Scale, kind: Kind) -> i64 {
    match (scale, kind) {
        (Scale::Full, Kind::Postgres) => 1_000_000,
        (Scale::Full, Kind::Sqlite | Kind::MariaDb) | (Scale::Quick, _) => 96_000,
        (Scale::Smoke, _) => 640,
    }
}

async fn fill(db: &impl ConnectionTrait, kind: Kind, rows: i64) -> Result<()> {
    shop::seed(db, rows >> DOUBLINGS).await?;
    let columns = "name, description, price, stock, active, created_at, updated_at";
    let product = kind.quote("product");
    for _ in 0..DOUBLINGS {
        let sql = format!("INSERT INTO {product} ({columns}) SELECT {columns} FROM {product}");
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// The most memory since the last reset.
fn peak() -> Result<f64> {
    let status = std::fs::read_to_string(STATUS).context(STATUS)?;
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"))
        .context("no VmHWM")?;
    Ok(kibibytes.trim().parse::<f64>()? / 1024.0)
}
