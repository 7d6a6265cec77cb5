//! All cases in turn, round after round, so that a busy machine slows all of them alike.

use std::time::Duration;

use crate::Result;
use crate::case::Case;
use crate::threads::run;

/// So many rounds; a tenth more to warm up.
const ROUNDS: usize = 101;

/// How long one case is at it each time: as long as a processor is left to it, more or less.
const BATCH: Duration = Duration::from_millis(4);

/// Nanoseconds for each time that it was done, one number per round.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// One thread.
    pub one: Vec<f64>,
    /// Each of two threads.
    pub two: Vec<f64>,
}

/// Measures all of them, in their order.
///
/// # Errors
/// The first failure of any.
pub fn measure(cases: &[Case]) -> Result<Vec<Times>> {
    let batches: Vec<u64> = cases.iter().map(batch).collect::<Result<_>>()?;
    let mut times = vec![Times::default(); cases.len()];
    let warm_up = ROUNDS.div_ceil(10);
    for round in 0..warm_up + ROUNDS {
        for turn in 0..cases.len() {
            // Nobody is always after the same one.
            let turn = (turn + round) % cases.len();
            let one = run(&cases[turn], 1, batches[turn])?;
            let two = run(&cases[turn], 2, batches[turn])?;
            if round >= warm_up {
                times[turn].one.push(one);
                times[turn].two.push(two);
            }
        }
    }
    Ok(times)
}

/// The middle of each round's own ratio, which a burst of other work disturbs less than the ratio of
/// the medians.
pub fn ratio(one: &[f64], other: &[f64]) -> f64 {
    let ratios = one.iter().zip(other).map(|(one, other)| one / other);
    median(ratios)
}

/// The middle one.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How often it can be done in the time that it is given.
fn batch(case: &Case) -> Result<u64> {
    let mut times = 1000;
    loop {
        let each = run(case, 1, times)?;
        let took = each * times as f64;
        let wanted = BATCH.as_nanos() as f64;
        if took > wanted / 4.0 {
            return Ok((wanted / each) as u64);
        }
        times *= 4;
    }
}
