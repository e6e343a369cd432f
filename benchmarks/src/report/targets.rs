//! The figures that were to be reached, beside those that were.

mod compare;

use crate::{
    contender::Contender,
    figure::{Figure, Section},
    kind::{Durability, Kind},
};

pub(super) use compare::Verdict;

use compare::{Reached, by_hand, no_slower, ratio};

/// A figure to reach.
pub(super) struct Target {
    /// Of what work, in words.
    pub(super) work: String,
    /// What it is to be, in words.
    pub(super) goal: String,
    /// What it is.
    pub(super) reached: Reached,
}

/// The names of single writes.
const WRITES: [&str; 3] = ["insert", "update", "delete"];

/// Rows of the bulk writes that count.
const BULK: u64 = 10_000;

/// Every target of which there is a figure.
pub(super) fn all(figures: &[Figure]) -> Vec<Target> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let figures: Vec<&Figure> = figures
            .iter()
            .filter(|it| it.kind == kind && it.durability != Durability::Full)
            .collect();
        untouched(&figures, kind, &mut all);
        match kind {
            Kind::Postgres => postgres(&figures, &mut all),
            Kind::Sqlite => limits(&figures, kind, [1.5, 2.0, 2.0], &mut all),
            Kind::MariaDb => limits(&figures, kind, [2.0, 2.5, 2.5], &mut all),
        }
        all.extend(by_hand(&figures).map(|reached| Target {
            work: format!("{kind}: every write and size"),
            goal: "faster than by hand".to_owned(),
            reached,
        }));
        log(&figures, kind, &mut all);
    }
    all
}

fn untouched(figures: &[&Figure], kind: Kind, all: &mut Vec<Target>) {
    for figure in figures.iter().filter(|it| it.section == Section::Untouched) {
        all.extend(ratio(figure, 1.03).map(|reached| Target {
            work: format!("{kind}: {}", figure.work),
            goal: "≤ 1.03 ×".to_owned(),
            reached,
        }));
    }
}

fn postgres(figures: &[&Figure], all: &mut Vec<Target>) {
    let target = |work: String, goal: &str, reached| Target {
        work: format!("PostgreSQL: {work}"),
        goal: goal.to_owned(),
        reached,
    };
    let trigger = Contender::RowTrigger;
    for name in WRITES {
        if let Some(reached) =
            found(figures, Section::Alone, name).and_then(|it| no_slower(it, trigger))
        {
            let work = format!("{name}, autocommit, header included");
            all.push(target(work, "added ≤ the row trigger's", reached));
        }
    }
    for name in WRITES {
        let Some(figure) = found(figures, Section::Together, name) else {
            continue;
        };
        let work = || format!("{name}, 1,000 in a transaction");
        all.extend(
            no_slower(figure, trigger).map(|it| target(work(), "added ≤ the row trigger's", it)),
        );
        all.extend(ratio(figure, 1.6).map(|it| target(work(), "≤ 1.6 ×", it)));
    }
    for figure in bulk(figures) {
        all.extend(
            no_slower(figure, Contender::StatementTrigger).map(|reached| {
                target(
                    figure.work.clone(),
                    "≤ the statement trigger's time",
                    reached,
                )
            }),
        );
    }
}

/// Targets of the databases that have no statement that writes and records at once: times the base
/// for single writes, for those in a transaction, and in bulk.
fn limits(
    figures: &[&Figure],
    kind: Kind,
    [alone, together, many]: [f64; 3],
    all: &mut Vec<Target>,
) {
    let mut push = |figure: &Figure, what: &str, limit| {
        all.extend(ratio(figure, limit).map(|reached| Target {
            work: format!("{kind}: {}{what}", figure.work),
            goal: format!("≤ {limit} ×"),
            reached,
        }));
    };
    for name in WRITES {
        if let Some(figure) = found(figures, Section::Alone, name) {
            push(figure, ", autocommit", alone);
        }
    }
    for name in WRITES {
        if let Some(figure) = found(figures, Section::Together, name) {
            push(figure, ", 1,000 in a transaction", together);
        }
    }
    for figure in bulk(figures) {
        push(figure, "", many);
    }
}

/// Targets of reading the log, and of its size.
fn log(figures: &[&Figure], kind: Kind, all: &mut Vec<Target>) {
    for figure in figures {
        let reached = match figure.section {
            Section::Reading if figure.work.starts_with("history of 50") => {
                compare::ratio_of(figure, "history()", 2.0).map(|it| ("≤ 2 × reading 50 rows", it))
            }
            Section::Space if figure.work.starts_with("memory") && kind == Kind::Postgres => {
                compare::added_of(figure, Contender::Tracked.name(), 32.0)
                    .map(|it| ("within 32 MiB", it))
            }
            Section::Space if kind == Kind::Postgres => {
                compare::absolute_of(figure, Contender::Tracked.name(), 250.0)
                    .map(|it| ("≤ 250 bytes", it))
            }
            _ => None,
        };
        all.extend(reached.map(|(goal, reached)| Target {
            work: format!("{kind}: {}", figure.work),
            goal: goal.to_owned(),
            reached,
        }));
    }
}

fn found<'a>(figures: &[&'a Figure], section: Section, work: &str) -> Option<&'a Figure> {
    let mut figures = figures.iter();
    let found = figures.find(|it| it.section == section && it.work == work);
    found.copied()
}

fn bulk<'a>(figures: &[&'a Figure]) -> impl Iterator<Item = &'a Figure> {
    let is_large = |it: &&&Figure| it.section == Section::Bulk && it.rows_per_statement == BULK;
    figures.iter().filter(is_large).copied()
}
