//! Random histories of several providers that share an IMS and stores, on a virtual clock.
//!
//! A seed decides everything, so a history that breaks a promise can be played again:
//! `SEED=… cargo test -p adobe-ims --test simulation`. docs/testing.md describes the variables.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod actions;
mod callers;
mod clocks;
mod history;
mod invariants;
mod model;
mod process;
mod regressions;
mod source;
mod store;
mod throttle;
mod world;

use history::play;

/// The seeds of the normal test.
const HISTORIES: u64 = 300;

#[test]
fn random_histories_keep_the_promises() {
    if let Some(seed) = variable("SEED") {
        let history = play(seed);
        println!("{}", history.text());
        assert!(history.violation.is_none(), "seed {seed} breaks a promise");
        return;
    }
    let first = variable("FIRST").unwrap_or_default();
    let mut failed = Vec::new();
    for seed in first..first + variable("HISTORIES").unwrap_or(HISTORIES) {
        let history = play(seed);
        if let Some(violation) = &history.violation {
            if failed.is_empty() {
                println!("{}", history.text());
            }
            failed.push(format!("SEED={seed}: {violation}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn seed_plays_the_same_history_each_time() {
    for seed in 0..10 {
        assert_eq!(play(seed).text(), play(seed).text(), "seed {seed}");
    }
}

#[test]
fn histories_that_broke_a_promise_once_keep_it() {
    for &(seed, broken) in regressions::SEEDS {
        let history = play(seed);
        let violation = &history.violation;
        assert!(
            violation.is_none(),
            "{broken}\n{}SEED={seed}",
            history.text()
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the number of histories is chosen at the command line"
)]
fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap())
}
