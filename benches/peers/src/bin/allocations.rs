//! Prints one line for each case: its allocations per call, then its name. It is a process of its own
//! because counting takes time.

#![forbid(unsafe_code)]

use adobe_ims_peers::Result;

const TIMES: u64 = 1000;

fn main() -> Result<()> {
    for case in adobe_ims_peers::cases()? {
        let mut work = case.worker()?;
        work(TIMES)?;
        let mut worked = Ok(());
        let counted = allocation_counter::measure(|| worked = work(TIMES));
        worked?;
        // The rounding removes the allocations of entering the runtime once.
        let each = (100.0 * counted.count_total as f64 / TIMES as f64).round() / 100.0;
        println!("{each} {}", case.name);
    }
    Ok(())
}
