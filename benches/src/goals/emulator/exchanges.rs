//! The exchanges per second, and the memory that they leave.

use std::path::Path;
use std::time::Duration;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use tokio::runtime::Runtime;

use super::floor::Floor;
use super::plain::{self, Connection};
use super::process::{self, Process};

const CONNECTIONS: usize = 12;
const ROUNDS: usize = 40;
/// The number of exchanges in a round, and of signatures of the floor.
const TIMES: usize = 120;
/// The exchanges after which the memory is measured.
const FEW: usize = 2000;
const MANY: usize = 50_000;

pub(super) fn measure(name: &str, ims: &Path, runtime: &Runtime) -> Result<[Row; 5]> {
    let process = Process::start(ims)?;
    let exchanged = super::exchange_token(&process, runtime)?;
    let first = process.resident_mib()?;

    let mut connections = runtime.block_on(Connection::open_all(&process.host, CONNECTIONS))?;
    let mut exchange = |times| {
        runtime.block_on(plain::exchange_all(
            &mut connections,
            &exchanged.request,
            times,
        ))
    };
    exchange(FEW)?;
    let after_few = process.resident_mib()?;

    let floor = Floor::new(&process, &exchanged)?;
    let [rate, cpu] = in_turn(
        ROUNDS,
        || {
            let before = process.cpu_time()?;
            let wall = timed(|| exchange(TIMES))?;
            let cpu = process.cpu_time()?.saturating_sub(before);
            Ok([each(wall), each(cpu)])
        },
        || {
            let before = process::own_cpu_time()?;
            let wall = timed(|| (0..TIMES).try_for_each(|_| floor.exchange()))?;
            let cpu = process::own_cpu_time()?.saturating_sub(before);
            Ok([each(wall), each(cpu)])
        },
    )?;

    exchange(MANY)?;
    let after_many = process.resident_mib()?;
    let resident = |when: &str, mib, limit| {
        let row = format!("{name}: resident after {when}");
        Row::value(&row, mib, "MiB", Goal::AtMost(limit))
    };
    Ok([
        resident("the first token", first, 6.0),
        resident("2000 exchanges", after_few, 6.5),
        resident("50,000 exchanges", after_many, 6.0),
        Row::rate(
            &format!("{name}: exchanges / bare verification + signature"),
            rate,
            Goal::AtLeast(0.8),
        ),
        Row::ratio(&format!("{name}: the same in CPU time"), cpu, Goal::None),
    ])
}

fn each(total: Duration) -> Duration {
    total / u32::try_from(TIMES).unwrap_or(u32::MAX)
}
