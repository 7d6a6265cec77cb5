//! The time from the start of the emulator to its first token.

use std::path::Path;
use std::process::Command;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use tokio::runtime::Runtime;

use super::floor::Floor;
use super::process::Process;
use crate::programs;

const STARTS: usize = 41;

/// Compares with an empty program and the four operations with a private or public key that come before a
/// first token: signing the certificate of the account, signing the assertion, and an exchange.
pub(super) fn measure(name: &str, ims: &Path, runtime: &Runtime) -> Result<[Row; 3]> {
    let empty = programs::empty()?;
    let floor = {
        let process = Process::start(ims)?;
        Floor::new(&process, &super::exchange_token(&process, runtime)?)?
    };
    let [ready, first] = in_turn(
        STARTS,
        || {
            let mut process = None;
            let until_ready = timed(|| {
                process = Some(Process::start(ims)?);
                Ok(())
            })?;
            let process = process.ok_or("there is no process")?;
            let until_first = until_ready + timed(|| super::exchange_token(&process, runtime))?;
            Ok([until_ready, until_first])
        },
        || {
            let until_ready = timed(|| {
                programs::run(Command::new(&empty).env_clear())?;
                floor.sign()
            })?;
            let until_first = until_ready
                + timed(|| {
                    floor.sign()?;
                    floor.exchange()
                })?;
            Ok([until_ready, until_first])
        },
    )?;
    Ok([
        Row::ratio(
            &format!("{name}: ready / empty program + signature"),
            ready,
            Goal::None,
        ),
        Row::ratio(
            &format!("{name}: first token / the same + assertion, exchange"),
            first,
            Goal::None,
        ),
        Row::value(
            &format!("{name}: from start to first token"),
            first.ours.as_secs_f64() * 1e3,
            "ms",
            Goal::AtMost(5.0),
        ),
    ])
}
