//! Two things done in turn, so that a busy machine slows both alike.

use std::time::{Duration, Instant};

use crate::Result;

/// How long one of ours and one of the floor took.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The median over the rounds.
    pub ours: Duration,
    /// The median over the rounds.
    pub floor: Duration,
    /// The median of each round's own ratio, which a burst of other work disturbs less than the
    /// ratio of the medians.
    pub ratio: f64,
}

/// Does both in every round, alternating which goes first, and compares what they report: `N`
/// durations each. The first tenth of the rounds warms up and is not counted.
///
/// # Errors
/// The first failure of either.
pub fn in_turn<const N: usize>(
    rounds: usize,
    mut ours: impl FnMut() -> Result<[Duration; N]>,
    mut floor: impl FnMut() -> Result<[Duration; N]>,
) -> Result<[Pair; N]> {
    let warm_up = rounds.div_ceil(10);
    let mut seen = Vec::with_capacity(rounds);
    for round in 0..warm_up + rounds {
        let (one, other) = if round % 2 == 0 {
            let one = ours()?;
            (one, floor()?)
        } else {
            let other = floor()?;
            (ours()?, other)
        };
        if round >= warm_up {
            seen.push((one, other));
        }
    }
    Ok(std::array::from_fn(|n| Pair {
        ours: median(seen.iter().map(|(ours, _)| ours[n])),
        floor: median(seen.iter().map(|(_, floor)| floor[n])),
        ratio: median_ratio(seen.iter().map(|(ours, floor)| ratio(ours[n], floor[n]))),
    }))
}

/// How long `work` took.
///
/// # Errors
/// Those of `work`.
pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<Duration> {
    let start = Instant::now();
    std::hint::black_box(work()?);
    Ok(start.elapsed())
}

/// The middle one; zero when there is none.
pub fn median(durations: impl Iterator<Item = Duration>) -> Duration {
    let mut sorted: Vec<Duration> = durations.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// How many times `floor` fits into `ours`.
pub fn ratio(ours: Duration, floor: Duration) -> f64 {
    ours.as_secs_f64() / floor.as_secs_f64()
}

fn median_ratio(ratios: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = ratios.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
