//! Compares cached tokens with those of other libraries:
//! `cargo bench --manifest-path benches/peers/Cargo.toml`.
//!
//! This is not a test: a missed goal is printed, and only a measurement that cannot run is a failure.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant};

use adobe_ims_peers::goals::{self, MeasuredCase};
use adobe_ims_peers::herd::{CALLERS, Herd, HerdOutcome};
use adobe_ims_peers::rounds::{self, median, ratio};
use adobe_ims_peers::source::{self, LATENCY};
use adobe_ims_peers::table::{self, Row};
use adobe_ims_peers::{Result, cases, herds};

/// The number of runs of each herd. It is small because a herd of gcp_auth takes seconds.
const HERD_RUNS: usize = 5;

fn main() -> Result<()> {
    // `cargo test --all-targets` also starts benchmarks, but without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("nothing was measured: cargo bench does that");
        return Ok(());
    }
    let mut goals = measure_reads()?;
    goals.extend(measure_herds()?);
    table::print(Row::new(["what", "ratio", "goal", ""]), goals);
    Ok(())
}

/// Measures the cached tokens, prints their table and returns the goals.
fn measure_reads() -> Result<Vec<Row>> {
    eprintln!("counting allocations");
    let allocations = allocations()?;
    eprintln!("measuring cached tokens");
    let cases = cases()?;
    let times = rounds::measure(&cases)?;
    let measured_cases = cases.iter().zip(&times);
    let measured_cases: Vec<MeasuredCase<'_>> = measured_cases
        .map(|(case, times)| {
            let counted = allocations.get(case.name);
            (case, times, counted.copied().unwrap_or(f64::NAN))
        })
        .collect();
    let rows = measured_cases.iter().map(|(case, times, allocations)| {
        let median_text = |times: &[f64]| format!("{:.1}", median(times.iter().copied()));
        Row::new([
            case.name,
            &median_text(&times.one),
            &median_text(&times.two),
            &format!("{:.2}", ratio(&times.two, &times.one)),
            &allocations.to_string(),
        ])
    });
    let head = [
        "cached token",
        "ns 1 thread",
        "ns 2 threads",
        "2t/1t",
        "allocations",
    ];
    table::print(Row::new(head), rows.collect());
    Ok(goals::read_goals(&measured_cases).unwrap_or_default())
}

/// Returns the allocations per call of each case. Another process counts them with its own allocator.
fn allocations() -> Result<HashMap<String, f64>> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let lines = String::from_utf8(output.stdout)?;
    let counted = lines.lines().filter_map(|line| line.split_once(' '));
    counted
        .map(|(count, name)| Ok((name.to_owned(), count.parse()?)))
        .collect()
}

/// Measures the herds, prints their table and returns the goals.
fn measure_herds() -> Result<Vec<Row>> {
    eprintln!("measuring {CALLERS} callers without a token");
    let herds = herds()?;
    let mut served = vec![Vec::new(); herds.len()];
    let mut latencies = Vec::new();
    for _ in 0..HERD_RUNS {
        latencies.push(latency()?);
        for (herd, served) in herds.iter().zip(&mut served) {
            served.push(herd.run()?);
        }
    }
    latencies.sort_unstable();
    let latency = latencies[HERD_RUNS / 2];
    let mut goals = Vec::new();
    let mut rows = vec![row("the latency alone", "-", latency, latency)];
    for (Herd { name, .. }, mut served) in herds.iter().zip(served) {
        served.sort_unstable_by_key(|served| served.after);
        let most = served.iter().map(|served| served.exchanges).max();
        let served = HerdOutcome {
            exchanges: most.unwrap_or_default(),
            ..served[HERD_RUNS / 2]
        };
        rows.push(row(
            name,
            &served.exchanges.to_string(),
            served.after,
            latency,
        ));
        if *name == goals::HERD {
            goals = goals::herd_goals(served, latency);
        }
    }
    let callers = format!("{CALLERS} callers, no token");
    let head = [&callers, "exchanges", "all served", "/ latency"];
    table::print(Row::new(head), rows);
    Ok(goals)
}

fn row(name: &str, exchanges: &str, after: Duration, latency: Duration) -> Row {
    let ratio = after.as_secs_f64() / latency.as_secs_f64();
    let after = format!("{:.1} ms", after.as_secs_f64() * 1e3);
    Row::new([name, exchanges, &after, &format!("{ratio:.3}")])
}

/// Measures how long one wait for the latency takes with a timer of tokio.
fn latency() -> Result<Duration> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build()?;
    let start = Instant::now();
    runtime.block_on(source::sleep(LATENCY));
    Ok(start.elapsed())
}
