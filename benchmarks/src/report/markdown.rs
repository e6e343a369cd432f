//! The page.

use crate::{
    contender::Contender,
    figure::{Figure, Measured, Section, Unit},
    kind::{Durability, Kind},
};

use super::{
    machine::Facts,
    number,
    targets::{self, Verdict},
};

/// What a person wrote; places in double braces are filled in.
const TEMPLATE: &str = include_str!("template.md");

/// Writes a day, for whoever wants to know what they take.
const WRITES_A_DAY: i64 = 1_000_000;

/// The whole page.
pub(super) fn page(figures: &[Figure], machine: &Facts, plots: &[(Kind, String)]) -> String {
    TEMPLATE
        .replace("{{targets}}", &target_table(figures))
        .replace("{{machine}}", &facts(machine))
        .replace("{{a_million_a_day}}", &a_million_a_day(figures))
        .replace("{{tables}}", &tables(figures, plots))
}

fn facts(facts: &Facts) -> String {
    let rows = facts
        .iter()
        .map(|(name, value)| vec![name.clone(), value.clone()]);
    table(&["", ""], rows)
}

fn target_table(figures: &[Figure]) -> String {
    let rows = targets::all(figures).into_iter().map(|target| {
        let met = match target.reached.verdict {
            Verdict::Met => "yes",
            Verdict::AtFloor => "at the floor",
            Verdict::Missed => "**no**",
        };
        vec![
            target.work,
            target.goal,
            target.reached.measured,
            met.to_owned(),
        ]
    });
    table(&["work", "to reach", "measured", "met"], rows)
}

fn a_million_a_day(figures: &[Figure]) -> String {
    let rows = figures
        .iter()
        .filter(|it| it.unit == Unit::BytesPerChange)
        .filter_map(|figure| {
            let bytes = figure.result(Contender::Tracked.name())?.absolute.median;
            #[expect(clippy::cast_precision_loss, reason = "a million")]
            let mib = bytes * WRITES_A_DAY as f64 / 1_048_576.0;
            Some(vec![
                figure.kind.to_string(),
                figure.work.clone(),
                number::short(bytes),
                format!("{} MiB", number::short(mib)),
                format!("{} GiB", number::short(mib * 365.0 / 1_024.0)),
            ])
        });
    let writes = format!("{} a day", number::thousands(WRITES_A_DAY));
    table(&["database", "change", "bytes", &writes, "in a year"], rows)
}

fn tables(figures: &[Figure], plots: &[(Kind, String)]) -> String {
    let mut text = String::new();
    for of_kind in figures.chunk_by(|a, b| a.kind == b.kind) {
        let Some(first) = of_kind.first() else {
            continue;
        };
        let kind = first.kind;
        text.push_str(&format!("## {kind}\n\n"));
        if let Some((_, file)) = plots.iter().find(|(drawn, _)| *drawn == kind) {
            let what = "What a history adds to each row, by the rows of a statement";
            text.push_str(&format!("![{what}]({file})\n\n"));
        }
        for group in of_kind.chunk_by(|a, b| (a.section, a.durability) == (b.section, b.durability))
        {
            text.push_str(&section(group));
        }
    }
    text
}

fn section(figures: &[Figure]) -> String {
    let Some(first) = figures.first() else {
        return String::new();
    };
    let setting = match (first.section, first.durability) {
        (Section::Reading | Section::Space, Durability::Relaxed) => String::new(),
        _ => format!(" (`{}`)", first.durability.setting(first.kind)),
    };
    let body = match first.section {
        Section::Reading | Section::Space => long(figures),
        _ => wide(figures),
    };
    format!("### {}{setting}\n\n{body}\n", first.section.title())
}

/// A column for each contender: they are the same in all of these figures.
fn wide(figures: &[Figure]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for result in figures.iter().flat_map(|figure| &figure.results) {
        if !names.contains(&result.name.as_str()) {
            names.push(&result.name);
        }
    }
    let place = |name: &&str| Contender::ALL.iter().position(|it| it.name() == *name);
    names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    let cell = |figure: &Figure, result: &Measured| match &result.against {
        Some(against) => number::against(against),
        None => format!(
            "{} {}",
            number::short(result.absolute.median),
            figure.unit.symbol()
        ),
    };
    let rows = figures.iter().map(|figure| {
        let cells = names.iter().map(|name| {
            let result = figure.result(name);
            result.map_or_else(|| "–".to_owned(), |result| cell(figure, result))
        });
        std::iter::once(figure.work.clone()).chain(cells).collect()
    });
    let header: Vec<&str> = std::iter::once("work")
        .chain(names.iter().copied())
        .collect();
    table(&header, rows)
}

/// A row for each result: these figures have little in common.
fn long(figures: &[Figure]) -> String {
    let rows = figures.iter().flat_map(|figure| {
        figure.results.iter().map(|result| {
            let against = result.against.as_ref().map(|it| number::ratio(it.ratio));
            let symbol = figure.unit.symbol();
            vec![
                figure.work.clone(),
                result.name.clone(),
                format!("{} {symbol}", number::short(result.absolute.median)),
                against.unwrap_or_default(),
            ]
        })
    });
    table(&["what", "by", "measured", "times the first"], rows)
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!(
        "| {} |\n|{}\n",
        header.join(" | "),
        "---|".repeat(header.len())
    );
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}
