//! What writes cost: every contender does the same work, round after round.

use crate::{
    cli::Settings,
    contender::Contender,
    distance::Distance,
    error::{Context, Result, ensure},
    figure::{Figure, Section},
    kind::{Durability, Kind},
    measure,
    progress::Progress,
    stand::Stand,
    work::{self, Work},
};

/// Measures all writes on this database.
///
/// # Errors
///
/// Whatever the database says.
pub(crate) async fn figures(
    settings: &Settings,
    kind: Kind,
    durability: Durability,
) -> Result<Vec<Figure>> {
    let near = work::all(kind, durability, settings.scale);
    let mut figures = measured(settings, kind, durability, Distance::Near, near).await?;
    if kind.url_variable().is_some() && durability != Durability::Full {
        let far = work::far(settings.scale);
        figures.extend(measured(settings, kind, durability, Distance::Far, far).await?);
    }
    Ok(figures)
}

async fn measured(
    settings: &Settings,
    kind: Kind,
    durability: Durability,
    distance: Distance,
    mut work: Vec<Work>,
) -> Result<Vec<Figure>> {
    work.retain(|work| settings.wants(&work.name));
    if work.is_empty() {
        return Ok(Vec::new());
    }
    let mut stands = Vec::new();
    let trap = work.iter().any(|work| work.section == Section::Trap);
    let contenders = Contender::ALL
        .into_iter()
        .chain(trap.then_some(Contender::BareStatementTrigger));
    for contender in contenders.filter(|it| it.runs_on(kind) && settings.wants_contender(*it)) {
        let products = settings.scale.products();
        let stand = Stand::create(contender, kind, durability, distance, products);
        stands.push(
            stand
                .await
                .with_context(|| format!("{kind}: {contender}"))?,
        );
    }
    let figures = measure_all(kind, durability, &work, &stands).await?;
    for stand in stands {
        stand.close().await?;
    }
    Ok(figures)
}

async fn measure_all(
    kind: Kind,
    durability: Durability,
    all: &[Work],
    stands: &[Stand],
) -> Result<Vec<Figure>> {
    let steps: usize = all.iter().map(|work| work.rounds + 1).sum();
    let progress = Progress::new(u64::try_from(steps)?)?;
    let mut number = 0;
    let mut figures = Vec::with_capacity(all.len());
    for work in all {
        let mut taking_part: Vec<&Stand> = stands
            .iter()
            .filter(|stand| work.is_for(stand.contender))
            .collect();
        let last = taking_part.len();
        progress.say(format!(
            "{kind}, {}: {}",
            durability.setting(kind),
            work.name
        ));
        let mut turn = 0;
        let times = measure::interleaved(work.rounds, &mut taking_part, async |stand, round| {
            // Another number for each round of each work: an update to the value that is there
            // already is no change.
            let time = stand
                .round(work, number + i64::try_from(round)?, round == 0)
                .await;
            turn += 1;
            if turn % last == 0 {
                progress.step();
            }
            time.with_context(|| format!("{kind}: {}: {}", stand.contender, work.name))
        })
        .await?;
        number += i64::try_from(work.rounds + 1)?;
        agree(kind, work, &taking_part).await?;
        let names = taking_part.iter().map(|stand| stand.contender.to_string());
        figures.push(Figure {
            kind,
            durability,
            section: work.section,
            work: work.name.clone(),
            rows_per_statement: u64::try_from(work.rows_per_statement())?,
            unit: work.unit(),
            results: measure::per_operation(names, &times, u64::try_from(work.operations())?),
        });
    }
    progress.finish();
    Ok(figures)
}

/// Those who write to the same log must write the same to it, or the floor is none.
async fn agree(kind: Kind, work: &Work, stands: &[&Stand]) -> Result<()> {
    if work.section == Section::Untouched {
        return Ok(());
    }
    let mut first = None;
    for stand in stands {
        let Some(newest) = stand.newest_change().await? else {
            continue;
        };
        let (contender, expected) = first.get_or_insert((stand.contender, newest.clone()));
        ensure!(
            newest == *expected,
            "{kind}: {}: {contender} wrote {expected}, {} {newest}",
            work.name,
            stand.contender
        );
    }
    Ok(())
}
