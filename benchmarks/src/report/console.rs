//! Tables for the terminal.

use std::io::Write;

use comfy_table::{Table, presets};

use crate::{
    error::Result,
    figure::{Figure, Measured},
};

/// Prints one table for each run of figures that belong together.
///
/// # Errors
///
/// When standard output is closed.
pub(crate) fn print(figures: &[Figure]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let together = |a: &Figure, b: &Figure| {
        (a.kind, a.durability, a.section) == (b.kind, b.durability, b.section)
    };
    for group in figures.chunk_by(together) {
        let Some(first) = group.first() else { continue };
        let setting = first.durability.setting(first.kind);
        writeln!(
            out,
            "\n{}, {setting}: {}",
            first.kind,
            first.section.title()
        )?;
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        table.set_header(["work", "contender", "time", "times the base", "added"]);
        for figure in group {
            for result in &figure.results {
                table.add_row(row(figure, result));
            }
        }
        writeln!(out, "{table}")?;
    }
    Ok(())
}

fn row(figure: &Figure, result: &Measured) -> [String; 5] {
    let unit = figure.unit.symbol();
    let absolute = result.absolute;
    let against = result.against.map_or_else(Default::default, |against| {
        let ratio = against.ratio;
        let ratio = format!("{:.2} ({:.2}–{:.2})", ratio.median, ratio.low, ratio.high);
        (ratio, format!("{:+.1} {unit}", against.added.median))
    });
    [
        figure.work.clone(),
        result.name.clone(),
        format!("{:.1} {unit}", absolute.median),
        against.0,
        against.1,
    ]
}
