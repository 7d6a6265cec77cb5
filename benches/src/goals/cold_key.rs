//! Measures the time from a key file, as Adobe ships it, to the first signature of a fresh process.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::{Clock, SystemClock};
use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::rounds::in_turn;
use adobe_ims_benches::table::{Goal, Row};
use adobe_ims_emulator::Emulator;

use crate::{account, programs};

const ROUNDS: usize = 301;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let json = Emulator::start()?.credentials_json();
    let pem = Document::parse(json.as_bytes())?.private_key;
    let lines: Vec<&str> = pem.lines().collect();
    let file = programs::write_file("key.pem", lines.join("\r\n").as_bytes())?;

    let account = account::open(json.as_bytes(), None)?;
    let assertion = Assertion::sign(&account, SystemClock.now(), &AssertionOptions::default())?;
    let length = account::split(assertion.as_secret().expose())?.0.len();

    let [within, process] = in_turn(
        ROUNDS,
        || run(env!("CARGO_BIN_EXE_cold_key_ours"), &file, length),
        || run(env!("CARGO_BIN_EXE_cold_key_bare"), &file, length),
    )?;
    Ok(vec![
        Row::ratio(
            "cold-key: key file to first signature, fresh process",
            within,
            Goal::AtMost(1.1),
        ),
        Row::ratio("cold-key: the whole process", process, Goal::None),
    ])
}

/// Returns two times: the one that the process reports, from the first line of `main` on, and the one of the whole
/// process.
fn run(program: &str, key: &Path, length: usize) -> Result<[Duration; 2]> {
    let mut command = Command::new(program);
    command.env_clear().arg(key).arg(length.to_string());
    let start = Instant::now();
    let output = programs::output(&mut command)?;
    let process = start.elapsed();
    Ok([Duration::from_nanos(output.trim().parse()?), process])
}
