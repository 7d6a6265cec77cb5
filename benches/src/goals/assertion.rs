//! Compares building and signing an assertion with the signature alone. The key was read before.

use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::{Clock, SystemClock};
use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::exchange::{bare_key, bare_sign};
use adobe_ims_benches::rounds::{in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use adobe_ims_emulator::Emulator;

use crate::account;

const ROUNDS: usize = 3000;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let document = Emulator::start()?.credentials_json();
    let account = account::open(document.as_bytes(), None)?;
    let options = AssertionOptions::default();
    let sign = || Ok(Assertion::sign(&account, SystemClock.now(), &options)?);

    let key = bare_key(Document::parse(document.as_bytes())?.private_key.as_bytes())?;
    let message = account::split(sign()?.as_secret().expose())?
        .0
        .as_bytes()
        .to_vec();

    let [pair] = in_turn(
        ROUNDS,
        || Ok([timed(sign)?]),
        || Ok([timed(|| bare_sign(&key, &message))?]),
    )?;
    Ok(vec![Row::ratio(
        "assertion: build + sign / bare signature",
        pair,
        Goal::AtMost(1.02),
    )])
}
