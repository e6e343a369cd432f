//! Was it reached?

use crate::{
    contender::Contender,
    figure::{Figure, Measured, Section},
    report::number,
    spread::Spread,
};

/// What was measured, and whether that is good enough.
pub(in crate::report) struct Reached {
    pub(in crate::report) measured: String,
    pub(in crate::report) verdict: Verdict,
}

/// Whether a figure is what it was to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Verdict {
    Met,
    /// Not, but as good as the floor that forbids it.
    AtFloor,
    Missed,
}

impl Verdict {
    fn met(met: bool) -> Self {
        if met { Self::Met } else { Self::Missed }
    }

    /// The same where there is a floor, which ours is so many times of.
    fn or_floor(self, times: Option<Spread>) -> Self {
        match self {
            Self::Missed if is_at_floor(times) => Self::AtFloor,
            _ => self,
        }
    }
}

/// Times the floor, at most, where no more can be asked for.
const NEAR_FLOOR: f64 = 1.1;

fn is_at_floor(times: Option<Spread>) -> bool {
    times.is_some_and(|times| times.median <= NEAR_FLOOR)
}

/// Times the base.
pub(super) fn ratio(figure: &Figure, limit: f64) -> Option<Reached> {
    ratio_of(figure, Contender::Tracked.name(), limit)
}

/// Times the base, of the contender with this name.
pub(super) fn ratio_of(figure: &Figure, name: &str, limit: f64) -> Option<Reached> {
    let ours = figure.result(name)?;
    let against = ours.against?;
    let floor = times_floor(figure, ours);
    Some(Reached {
        measured: format!("{}{}", number::ratio(against.ratio), in_words(floor)),
        verdict: Verdict::met(against.ratio.median <= limit).or_floor(floor),
    })
}

/// Times the bare log insert, where it was measured.
fn times_floor(figure: &Figure, ours: &Measured) -> Option<Spread> {
    let floor = figure.result(Contender::BareLog.name())?;
    Some(ours.times(floor))
}

fn in_words(times_floor: Option<Spread>) -> String {
    times_floor.map_or_else(String::new, |times| {
        let times = number::ratio(times);
        format!("; {times} the time with the bare log insert")
    })
}

/// More than the base, by so much.
pub(super) fn added_of(figure: &Figure, name: &str, limit: f64) -> Option<Reached> {
    let added = figure.result(name)?.against?.added.median;
    Some(Reached {
        measured: format!("{} {} more", number::short(added), figure.unit.symbol()),
        verdict: Verdict::met(added <= limit),
    })
}

/// The figure itself.
pub(super) fn absolute_of(figure: &Figure, name: &str, limit: f64) -> Option<Reached> {
    let median = figure.result(name)?.absolute.median;
    Some(Reached {
        measured: format!("{} {}", number::short(median), figure.unit.symbol()),
        verdict: Verdict::met(median <= limit),
    })
}

/// Our time, beside that of another contender: who adds less to the same work needs less.
pub(super) fn no_slower(figure: &Figure, other: Contender) -> Option<Reached> {
    let (ours, theirs) = (tracked(figure)?, figure.result(other.name())?);
    let added = |of: &Measured| {
        of.against
            .map(|against| number::signed(against.added.median))
    };
    let times = ours.times(theirs);
    let floor = times_floor(figure, ours);
    Some(Reached {
        measured: format!(
            "{} its time; {} {symbol}, {other} {}{}",
            number::ratio(times),
            added(ours)?,
            added(theirs)?,
            in_words(floor),
            symbol = figure.unit.symbol(),
        ),
        verdict: Verdict::met(times.median <= 1.0).or_floor(floor),
    })
}

/// How often we are faster than what one writes by hand.
pub(super) fn by_hand(figures: &[&Figure]) -> Option<Reached> {
    let compared: Vec<_> = figures
        .iter()
        .filter(|it| !matches!(it.section, Section::Untouched | Section::Far))
        .filter_map(|it| Some((*it, tracked(it)?, it.result(Contender::ByHand.name())?)))
        .collect();
    if compared.is_empty() {
        return None;
    }
    let slower = compared
        .iter()
        .filter(|(_, ours, theirs)| ours.times(theirs).median >= 1.0);
    let (at_floor, missed): (Vec<&(&Figure, _, _)>, Vec<_>) =
        slower.partition(|(figure, ours, _)| is_at_floor(times_floor(figure, ours)));
    let faster = compared.len() - at_floor.len() - missed.len();
    let mut measured = format!("faster in {faster} of {}", compared.len());
    for (how, slower) in [("at the floor in", &at_floor), ("slower in", &missed)] {
        if !slower.is_empty() {
            let names: Vec<_> = slower.iter().map(|(figure, ..)| name(figure)).collect();
            measured.push_str(&format!("; {how} {}", names.join(", ")));
        }
    }
    let verdict = match (at_floor.is_empty(), missed.is_empty()) {
        (true, true) => Verdict::Met,
        (false, true) => Verdict::AtFloor,
        (_, false) => Verdict::Missed,
    };
    Some(Reached { measured, verdict })
}

fn name(figure: &Figure) -> String {
    match figure.section {
        Section::Together => format!("{} in a transaction", figure.work),
        _ => figure.work.clone(),
    }
}

fn tracked(figure: &Figure) -> Option<&Measured> {
    figure.result(Contender::Tracked.name())
}
