//! How often each case allocates: prints a line each, the number first. A process of its own, since
//! counting takes time.

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
        // What entering the runtime takes, once for all of them, is rounded away.
        let each = (100.0 * counted.count_total as f64 / TIMES as f64).round() / 100.0;
        println!("{each} {}", case.name);
    }
    Ok(())
}
