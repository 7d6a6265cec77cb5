//! Compares the project with its goals: `cargo bench -p adobe-ims-benches [-- NAME…]`.
//!
//! This is not a test: a missed goal is printed, and only a measurement that cannot run is a failure.

#![forbid(unsafe_code)]

mod account;
mod assertion;
mod cached_process;
mod cold_key;
mod emulator;
mod forms;
mod one_shot;
mod process_memory;
mod programs;
mod server;
mod size;
mod warm_exchange;

use std::process::ExitCode;

use adobe_ims_benches::{Result, table};

type Measure = fn() -> Result<Vec<table::Row>>;

const MEASURES: [(&str, Measure); 9] = [
    ("assertion", assertion::measure),
    ("cold-key", cold_key::measure),
    ("warm-exchange", warm_exchange::measure),
    ("one-shot", one_shot::measure),
    ("cached-process", cached_process::measure),
    ("emulator", emulator::measure),
    ("forms", forms::measure),
    ("forms-large", forms::large::measure),
    ("size", size::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` also starts benchmarks, but without this argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("nothing was measured: cargo bench -p adobe-ims-benches does that");
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let known = MEASURES.map(|(name, _)| name);
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
        eprintln!("no measure {unknown:?}; there are: {}", known.join(", "));
        return ExitCode::FAILURE;
    }
    let mut rows = Vec::new();
    let mut broken = false;
    for (name, measure) in MEASURES {
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        eprintln!("measuring {name}");
        match measure() {
            Ok(more) => rows.extend(more),
            Err(error) => {
                eprintln!("{name} does not work: {error}");
                broken = true;
            }
        }
    }
    table::print(&rows);
    ExitCode::from(u8::from(broken))
}
