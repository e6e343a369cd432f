//! Where it was measured: the machine and the versions of everything.

use std::{collections::BTreeSet, process::Command};

use crate::{
    database::{self, value},
    error::Result,
    figure::Figure,
    kind::Kind,
};

/// What was built: the versions are those of the lock file.
const LOCK: &str = include_str!("../../../Cargo.lock");

/// Name and value, in the order of the report.
pub(super) type Facts = Vec<(String, String)>;

/// Asks the system, the compiler and the databases that were measured.
///
/// # Errors
///
/// When a database does not answer.
pub(super) async fn describe(figures: &[Figure]) -> Result<Facts> {
    let mut facts = vec![
        ("processor".to_owned(), processor()),
        ("memory".to_owned(), memory()),
        ("system".to_owned(), system()),
        (
            "date".to_owned(),
            chrono::Utc::now().format("%Y-%m-%d").to_string(),
        ),
        ("commit".to_owned(), commit()),
        ("compiler".to_owned(), output("rustc", &["--version"])),
        (
            "libraries".to_owned(),
            format!("sea-orm {}, sqlx {}", locked("sea-orm"), locked("sqlx")),
        ),
    ];
    let kinds: BTreeSet<Kind> = figures.iter().map(|figure| figure.kind).collect();
    for kind in kinds {
        facts.push((kind.to_string(), server(kind).await?));
    }
    Ok(facts)
}

async fn server(kind: Kind) -> Result<String> {
    let db = database::server(kind).await?;
    let described = match kind {
        Kind::Sqlite => value(&db, "SELECT sqlite_version()").await?,
        Kind::Postgres => {
            let sql = "SELECT current_setting('server_version') || '; fsync ' \
                       || current_setting('fsync') || ', full_page_writes ' \
                       || current_setting('full_page_writes') || ', shared_buffers ' \
                       || current_setting('shared_buffers')";
            value(&db, sql).await?
        }
        Kind::MariaDb => {
            let sql = "SELECT CONCAT(VERSION(), '; innodb_flush_method ', @@innodb_flush_method, \
                       ', innodb_doublewrite ', @@innodb_doublewrite, \
                       ', innodb_buffer_pool_size ', @@innodb_buffer_pool_size DIV 1048576, ' MiB')";
            value(&db, sql).await?
        }
    };
    db.close().await?;
    Ok(described)
}

fn processor() -> String {
    let cpus = read("/proc/cpuinfo");
    let model = field(&cpus, "model name").unwrap_or_else(|| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores")
}

fn memory() -> String {
    let total = field(&read("/proc/meminfo"), "MemTotal");
    let kib = total.and_then(|total| total.split(' ').next()?.parse::<u64>().ok());
    kib.map_or_else(|| "unknown".to_owned(), |kib| format!("{} GiB", kib >> 20))
}

fn system() -> String {
    let release = read("/etc/os-release");
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or("unknown", |name| name.trim_matches('"'));
    format!("{name}, {}", output("uname", &["-sr"]))
}

fn commit() -> String {
    let commit = output("git", &["rev-parse", "--short=12", "HEAD"]);
    // The plots of this report are written already.
    let status = [
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--",
        ".",
        ":!docs/benchmarks*",
    ];
    let changed = !output("git", &status).is_empty();
    if changed {
        format!("{commit}, with changes")
    } else {
        commit
    }
}

fn read(file: &str) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// The value after `name … :` in a file of `/proc`.
fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// What a program prints; empty when there is no such program.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}

/// The version of a crate in the lock file.
fn locked(name: &str) -> &'static str {
    let entry = LOCK.split("[[package]]").find_map(|entry| {
        let rest = entry
            .trim_start()
            .strip_prefix(&format!("name = \"{name}\"\n"))?;
        rest.strip_prefix("version = \"")?.split('"').next()
    });
    entry.unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn the_lock_file_knows_sea_orm() {
        assert!(locked("sea-orm").starts_with("2."), "{}", locked("sea-orm"));
        assert_ne!(locked("sqlx"), "unknown");
    }
}
