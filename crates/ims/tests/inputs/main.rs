//! Random mutations of valid documents, variables, keys, configurations and tokens. No reader may panic or hang on one,
//! and no error may show a part of a secret.
//!
//! A seed decides everything, so an input that breaks a promise can be made again:
//! `SEED=… cargo test -p ims --test inputs`. docs/testing.md describes the variables.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod command;
mod encodings;
mod fields;
mod mutation;
mod needles;
mod public_values;
mod random;
mod readers;
mod valid;
mod worker;

use std::collections::BTreeMap;

use command::Command;
use mutation::mutate;
use needles::Needles;
use random::Random;
use readers::{Finding, Readers};
use valid::ValidInputs;
use worker::{DEADLINE, Worker};

/// The inputs of the normal test.
const INPUTS: u64 = 400;

/// Each of this many inputs also goes through the command.
const RUN_EACH: u64 = 40;

#[test]
fn mutated_inputs_end_without_panic_hang_or_leak() {
    let valid = ValidInputs::new();
    if let Some(seed) = variable("SEED") {
        let input = mutate(&valid, &mut Random::new(seed));
        println!("{}", String::from_utf8_lossy(&input));
    }
    let seeds = seeds();
    let (readers, command) = (Readers::new(), Command::new());
    let mut readers = Worker::new(move |input| readers.read(input), DEADLINE);
    let mut command = Worker::new(move |input| command.read(input), DEADLINE);
    let mut found = BTreeMap::new();
    for seed in seeds.clone() {
        let input = mutate(&valid, &mut Random::new(seed));
        let mut findings = readers.read(input.clone());
        if seed % RUN_EACH == 0 || seeds.end - seeds.start == 1 {
            findings.extend(command.read(input));
        }
        for finding in findings {
            note(&mut found, seed, finding);
        }
    }
    let report: Vec<_> = found.into_values().collect();
    assert!(report.is_empty(), "{}", report.join("\n\n"));
}

/// Notes a finding, unless an earlier one has the same reader and the same beginning.
fn note(found: &mut BTreeMap<String, String>, seed: u64, finding: Finding) {
    let Finding { reader, text } = finding;
    let start: String = text
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(24)
        .collect();
    let shown: String = text.chars().take(600).collect();
    let line = format!("SEED={seed}: {reader}: {shown}");
    found.entry(format!("{reader} {start}")).or_insert(line);
}

#[test]
fn valid_inputs_are_read() {
    let valid = ValidInputs::new();
    let readers = Readers::new();
    for input in &valid.all {
        let accepted = readers.accepted(input.text.as_bytes());
        assert!(
            accepted.contains(&input.reader),
            "{}: {accepted:?}",
            input.text
        );
        let findings = readers.read(input.text.as_bytes());
        assert!(findings.is_empty(), "{findings:?}");
    }
}

#[test]
fn seed_makes_the_same_input_each_time() {
    let (one, other) = (ValidInputs::new(), ValidInputs::new());
    for seed in 0..200 {
        let [first, second] = [&one, &other].map(|valid| mutate(valid, &mut Random::new(seed)));
        assert_eq!(first, second, "seed {seed}");
    }
}

#[test]
fn inputs_differ_and_most_are_refused() {
    let valid = ValidInputs::new();
    let readers = Readers::new();
    let inputs: Vec<_> = (0..200)
        .map(|seed| mutate(&valid, &mut Random::new(seed)))
        .collect();
    let distinct: std::collections::BTreeSet<_> = inputs.iter().collect();
    assert!(distinct.len() > 190, "{}", distinct.len());
    let accepted = |input: &&Vec<u8>| !readers.accepted(input).is_empty();
    let accepted = inputs.iter().filter(accepted).count();
    assert!((10..150).contains(&accepted), "{accepted} of 200 are read");
}

#[test]
fn part_of_a_secret_is_found_in_every_form() {
    let valid = ValidInputs::new();
    let needles = Needles::new(&valid.secrets);
    for secret in &valid.secrets {
        let part: String = secret.chars().skip(1).take(12).collect();
        let (start, end) = part.split_at(part.char_indices().nth(6).unwrap().0);
        for shown in [
            secret.clone(),
            format!("the value {part:?} is invalid"),
            part.to_lowercase(),
            format!("{start}\n   {end}"),
            format!("{start}\\n{end}"),
            part.chars().rev().collect(),
            encodings::base64(format!("x{secret}").as_bytes()),
            encodings::percent(secret.as_bytes()),
            encodings::hex(secret.as_bytes()),
        ] {
            assert!(needles.shown_in(&shown), "{shown}");
        }
    }
    let shown = |value: &str| {
        needles.shown_in(&public_values::without_public_values(&format!(
            "hint: requested as client \"{value}\" at https://host"
        )))
    };
    assert!(!shown(valid::CLIENT_SECRET));
    let line = format!("client!+IDIMS_CLIENT_SECRET={}", valid::CLIENT_SECRET);
    assert!(shown(&line));
    for harmless in [
        "the credential document is not JSON",
        "CLIENT_SECRETS",
        "client!+ID",
        "-----BEGIN PRIVATE KEY-----",
        "the key starts with eyJhbGci",
    ] {
        assert!(!needles.shown_in(harmless), "{harmless}");
    }
}

#[test]
fn reader_that_panics_or_hangs_is_reported() {
    let mut worker = Worker::new(|_| panic!("a reader panics"), DEADLINE);
    let findings = worker.read(Vec::new());
    assert_eq!(findings.len(), 1);
    assert!(findings[0].text.contains("a reader panics"));
    let forever = |_: &[u8]| loop {
        std::thread::park();
    };
    let mut worker = Worker::new(forever, std::time::Duration::ZERO);
    assert!(worker.read(Vec::new())[0].text.contains("no end"));
}

fn seeds() -> std::ops::Range<u64> {
    if let Some(seed) = variable("SEED") {
        return seed..seed + 1;
    }
    let first = variable("FIRST").unwrap_or_default();
    first..first + variable("INPUTS").unwrap_or(INPUTS)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the number of inputs is chosen at the command line"
)]
fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap())
}
