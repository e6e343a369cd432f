//! Bytes of disk that one change of one column takes, in tables and indexes.

mod relations;
mod writer;

use self::{
    relations::Relations,
    writer::{Header, Writer},
};
use crate::{
    error::{Context, Result},
    figure::{self, Figure, Section, Unit},
    kind::{Durability, Kind},
    progress::Progress,
    scale::Scale,
};

/// How often each product is updated.
const UPDATES_OF_EACH: i64 = 2;

/// What our log and the audit table of a row trigger take, and where ours has its bytes.
pub(super) async fn figures(scale: Scale, kind: Kind, progress: &Progress) -> Result<Vec<Figure>> {
    let updates = scale.products() * UPDATES_OF_EACH;
    let mut figures = Vec::new();
    for header in [Header::Shared, Header::OfEach] {
        let work = format!("a change of one column, {header}");
        progress.say(format!("{kind}: bytes of {work}"));
        let theirs = grown(Writer::RowTrigger, header, scale, kind).await?;
        progress.step();
        let ours = grown(Writer::Tracked, header, scale, kind).await?;
        progress.step();
        figures.push(figure(
            kind,
            work.clone(),
            vec![
                (Writer::RowTrigger.name(), theirs.total(), updates),
                (Writer::Tracked.name(), ours.total(), updates),
            ],
        ));
        let all = std::iter::once(("all tables and indexes".to_owned(), ours.total(), updates));
        let parts = ours
            .sorted()
            .into_iter()
            .map(|(name, bytes)| (name, bytes, updates));
        figures.push(figure(
            kind,
            format!("{work}: where it is"),
            all.chain(parts).collect(),
        ));
    }
    Ok(figures)
}

/// What a writer's tables and indexes grow by while it updates every product.
async fn grown(writer: Writer, header: Header, scale: Scale, kind: Kind) -> Result<Relations> {
    let database = writer.database(scale, kind).await?;
    let before = relations::measure(database.plain(), kind).await?;
    writer
        .update(&database, header, scale.products(), UPDATES_OF_EACH)
        .await
        .with_context(|| format!("updates by the {} of {kind}", writer.name()))?;
    let after = relations::measure(database.plain(), kind).await?;
    database.close().await?;
    Ok(after.since(&before))
}

fn figure(kind: Kind, work: String, bytes: Vec<(String, i64, i64)>) -> Figure {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 bytes")]
    let series: Vec<_> = bytes
        .into_iter()
        .map(|(name, bytes, updates)| (name, vec![bytes as f64 / updates as f64]))
        .collect();
    Figure {
        kind,
        durability: Durability::Relaxed,
        section: Section::Space,
        work,
        rows_per_statement: 1,
        unit: Unit::BytesPerChange,
        results: figure::compare(&series),
    }
}
