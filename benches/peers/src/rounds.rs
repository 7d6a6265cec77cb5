//! Runs all cases in turn, round after round, so that a busy machine slows all of them alike.

use std::time::Duration;

use crate::Result;
use crate::case::Case;
use crate::threads::run;

/// The number of rounds that count. A tenth more warms up.
const ROUNDS: usize = 101;

/// The time of one batch of a case. It is short enough that the system seldom interrupts the batch.
const BATCH: Duration = Duration::from_millis(4);

/// The nanoseconds per call of a case, one number per round.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// The numbers on one thread.
    pub one: Vec<f64>,
    /// The numbers on each of two threads.
    pub two: Vec<f64>,
}

/// Measures all cases. The results have the order of the cases.
///
/// # Errors
/// Returns the first failure of a case.
pub fn measure(cases: &[Case]) -> Result<Vec<Times>> {
    let batches: Vec<u64> = cases.iter().map(batch).collect::<Result<_>>()?;
    let mut times = vec![Times::default(); cases.len()];
    let warm_up = ROUNDS.div_ceil(10);
    for round in 0..warm_up + ROUNDS {
        for turn in 0..cases.len() {
            // Each round starts with another case, so that no case has the first place in all rounds.
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

/// Returns the median of the rounds' ratios. A burst of other work disturbs it less than the ratio of
/// the medians.
pub fn ratio(one: &[f64], other: &[f64]) -> f64 {
    let ratios = one.iter().zip(other).map(|(one, other)| one / other);
    median(ratios)
}

/// Returns the median.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Returns the number of calls that fill the time of a batch.
fn batch(case: &Case) -> Result<u64> {
    let mut times = 1000;
    loop {
        let each = run(case, 1, times)?;
        let time = each * times as f64;
        let target = BATCH.as_nanos() as f64;
        if time > target / 4.0 {
            return Ok((target / each) as u64);
        }
        times *= 4;
    }
}
