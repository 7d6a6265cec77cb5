//! Measures two pieces of work in turn, so that a busy machine slows both alike.

use std::time::{Duration, Instant};

use crate::Result;

/// The times of our work and of the floor.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The median time of our work over the rounds.
    pub ours: Duration,
    /// The median time of the floor over the rounds.
    pub floor: Duration,
    /// The median of the rounds' ratios. A burst of other work disturbs it less than the ratio of the
    /// medians.
    pub ratio: f64,
}

/// Runs both in every round, in alternating order, and compares the `N` durations that each returns.
/// More rounds, a tenth of `rounds`, warm up before and do not count.
///
/// # Errors
/// Returns the first failure of either.
pub fn in_turn<const N: usize>(
    rounds: usize,
    mut ours: impl FnMut() -> Result<[Duration; N]>,
    mut floor: impl FnMut() -> Result<[Duration; N]>,
) -> Result<[Pair; N]> {
    let warm_up = rounds.div_ceil(10);
    let mut pairs = Vec::with_capacity(rounds);
    for round in 0..warm_up + rounds {
        let (one, other) = if round % 2 == 0 {
            let one = ours()?;
            (one, floor()?)
        } else {
            let other = floor()?;
            (ours()?, other)
        };
        if round >= warm_up {
            pairs.push((one, other));
        }
    }
    Ok(std::array::from_fn(|n| Pair {
        ours: median(pairs.iter().map(|(ours, _)| ours[n])),
        floor: median(pairs.iter().map(|(_, floor)| floor[n])),
        ratio: median_ratio(pairs.iter().map(|(ours, floor)| ratio(ours[n], floor[n]))),
    }))
}

/// Returns the time that `work` took.
///
/// # Errors
/// Returns the errors of `work`.
pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<Duration> {
    let start = Instant::now();
    std::hint::black_box(work()?);
    Ok(start.elapsed())
}

/// Returns the median, or zero without durations.
pub fn median(durations: impl Iterator<Item = Duration>) -> Duration {
    let mut sorted: Vec<Duration> = durations.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Returns `ours` divided by `floor`.
pub fn ratio(ours: Duration, floor: Duration) -> f64 {
    ours.as_secs_f64() / floor.as_secs_f64()
}

fn median_ratio(ratios: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = ratios.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
