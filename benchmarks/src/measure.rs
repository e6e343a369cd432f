//! Rounds in which every contender does the same work once.
//!
//! A machine is not equally fast at all times. So the contenders take turns, and each is compared
//! with the base of its own round.

use std::time::{Duration, Instant};

use crate::{
    error::Result,
    figure::{self, Measured},
};

/// Lets every contender run once in each of `rounds` rounds, after one that does not count.
///
/// `run` gives how long the contender needed for what it measures; what it does before and after
/// that is its own. Each round starts with another contender. The result has one entry for each
/// contender, in their order, with one time for each round.
///
/// # Errors
///
/// The first error of `run`.
pub(crate) async fn interleaved<T>(
    rounds: usize,
    contenders: &mut [T],
    mut run: impl AsyncFnMut(&mut T, usize) -> Result<Duration>,
) -> Result<Vec<Vec<Duration>>> {
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..=rounds {
        for turn in 0..contenders.len() {
            let position = (turn + round) % contenders.len();
            let Some(contender) = contenders.get_mut(position) else {
                continue;
            };
            let time = run(contender, round).await?;
            if round > 0
                && let Some(times) = times.get_mut(position)
            {
                times.push(time);
            }
        }
    }
    Ok(times)
}

/// How long something takes that may fail.
///
/// # Errors
///
/// Whatever `work` fails with.
pub(crate) async fn timed<E>(work: impl Future<Output = Result<(), E>>) -> Result<Duration, E> {
    let start = Instant::now();
    work.await?;
    Ok(start.elapsed())
}

/// What [`interleaved`] gave, as microseconds for each of `operations`, compared with the first.
pub(crate) fn per_operation(
    names: impl IntoIterator<Item = String>,
    times: &[Vec<Duration>],
    operations: u64,
) -> Vec<Measured> {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand operations")]
    let operations = operations as f64;
    let micros = |time: &Duration| time.as_secs_f64() * 1e6 / operations;
    let series: Vec<_> = names
        .into_iter()
        .zip(times)
        .map(|(name, times)| (name, times.iter().map(micros).collect()))
        .collect();
    figure::compare(&series)
}
