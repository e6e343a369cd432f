//! A plot for each database: what is added to a row, by the rows of a statement.

use std::path::Path;

use plotters::prelude::{
    BLACK, ChartBuilder, Circle, Color, IntoDrawingArea, IntoLogRange, LineSeries, PathElement,
    RGBColor, SVGBackend, SeriesLabelPosition, WHITE,
};

use crate::{
    contender::Contender,
    error::{Context, Result, anyhow},
    figure::{Figure, Section},
    kind::{Durability, Kind},
};

/// Width and height in pixels.
const SIZE: (u32, u32) = (1_200, 420);

/// What is added to a row is drawn from here.
const LEAST: f64 = 0.1;

/// Who is drawn, and in which colour: colours that the colour-blind can tell apart.
const LINES: [(Contender, RGBColor); 4] = [
    (Contender::Tracked, RGBColor(0, 114, 178)),
    (Contender::ByHand, RGBColor(213, 94, 0)),
    (Contender::RowTrigger, RGBColor(0, 158, 115)),
    (Contender::StatementTrigger, RGBColor(204, 121, 167)),
];

/// The points of one contender.
type Line = Vec<(f64, f64)>;

/// Draws it into `file`, and says whether there was anything to draw.
///
/// # Errors
///
/// When the file cannot be written.
pub(super) fn draw(figures: &[Figure], kind: Kind, file: &Path) -> Result<bool> {
    let bulk: Vec<&Figure> = figures
        .iter()
        .filter(|it| {
            (it.kind, it.section) == (kind, Section::Bulk) && it.durability != Durability::Full
        })
        .collect();
    if bulk.is_empty() {
        return Ok(false);
    }
    let folder = file
        .parent()
        .ok_or_else(|| anyhow!("a plot needs a folder"))?;
    std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    chart(&bulk, kind, file).map_err(|error| anyhow!("{}: {error}", file.display()))?;
    Ok(true)
}

fn chart(bulk: &[&Figure], kind: Kind, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let highest = LINES
        .iter()
        .flat_map(|(contender, _)| line(bulk, "", *contender))
        .map(|(_, added)| added)
        .fold(10.0, f64::max);
    let most = bulk
        .iter()
        .map(|it| it.rows_per_statement)
        .max()
        .unwrap_or(1);
    #[expect(clippy::cast_precision_loss, reason = "ten thousand rows")]
    let most = most as f64;
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!("{kind}: µs added to each row, by rows per statement");
    let area = area.titled(&title, ("sans-serif", 20))?;
    for (panel, action) in area
        .split_evenly((1, 3))
        .iter()
        .zip(["insert", "update", "delete"])
    {
        let mut chart = ChartBuilder::on(panel)
            .caption(action, ("sans-serif", 16))
            .margin(10)
            .x_label_area_size(30)
            .y_label_area_size(60)
            .build_cartesian_2d(
                (0.8..most * 1.3).log_scale(),
                (LEAST..highest * 2.0).log_scale(),
            )?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .x_label_formatter(&|rows| format!("{rows:.0}"))
            .y_label_formatter(&|micros| format!("{micros}"))
            .draw()?;
        for (contender, colour) in LINES {
            let points = line(bulk, action, contender);
            if points.is_empty() {
                continue;
            }
            chart.draw_series(
                points
                    .iter()
                    .map(|point| Circle::new(*point, 3, colour.filled())),
            )?;
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(contender.name())
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2))
                });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.3))
            .draw()?;
    }
    area.present()?;
    Ok(())
}

/// What a contender adds to work whose name begins so.
fn line(bulk: &[&Figure], action: &str, contender: Contender) -> Line {
    let point = |figure: &&&Figure| {
        let added = figure.result(contender.name())?.against?.added.median;
        #[expect(clippy::cast_precision_loss, reason = "ten thousand rows")]
        let rows = figure.rows_per_statement as f64;
        // Nothing, or less, has no place on this axis.
        (added >= LEAST).then_some((rows, added))
    };
    let of_action = bulk.iter().filter(|figure| figure.work.starts_with(action));
    of_action.filter_map(|figure| point(&figure)).collect()
}
