//! Measures the process of the emulator: its start, its memory and its throughput.

mod plain;
mod process;

use std::path::Path;
use std::time::Duration;

use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::{Clock, SystemClock};
use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::exchange::{bare_key, bare_sign};
use adobe_ims_benches::rounds::{in_turn, median, timed};
use adobe_ims_benches::table::{Goal, Row};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use tokio::runtime::Runtime;

use crate::{account, programs};
use plain::Connection;
use process::Process;

const STARTS: usize = 41;
const CONNECTIONS: usize = 12;
const ROUNDS: usize = 40;
/// The number of exchanges in a round, and of signatures of the floor.
const TIMES: usize = 120;
/// The number of exchanges between the two measurements of the memory.
const EXCHANGES_BEFORE_MEMORY: usize = 2000;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let ims = programs::ims()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let mut rows = measure_starts(&ims, &runtime)?;
    rows.extend(measure_exchanges(&ims, &runtime)?);
    Ok(rows)
}

/// An exchange: the request, its assertion and the token of the response.
struct TokenExchange {
    request: Vec<u8>,
    assertion: String,
    token: String,
}

/// Fetches a token from a process that is ready: reads the document, opens the key, signs, connects and posts.
fn exchange_token(process: &Process, runtime: &Runtime) -> Result<TokenExchange> {
    let json = std::fs::read(&process.credentials)?;
    let account = account::open(&json, None)?;
    let assertion = Assertion::sign(&account, SystemClock.now(), &AssertionOptions::default())?;
    let form = Document::parse(&json)?.form(assertion.as_secret().expose());
    let request = plain::request(&process.host, &form);
    let response = runtime.block_on(async {
        let mut connection = Connection::open(&process.host).await?;
        connection.exchange(&request).await.map(<[u8]>::to_vec)
    })?;
    let response: serde_json::Value = serde_json::from_slice(&response)?;
    let token = response["access_token"]
        .as_str()
        .ok_or("there is no token")?;
    Ok(TokenExchange {
        token: token.to_owned(),
        request,
        assertion: assertion.as_secret().expose().to_owned(),
    })
}

fn measure_starts(ims: &Path, runtime: &Runtime) -> Result<Vec<Row>> {
    let mut ready = Vec::new();
    let mut first = Vec::new();
    for _ in 0..STARTS {
        let mut process = None;
        let until_ready = timed(|| {
            process = Some(Process::start(ims)?);
            Ok(())
        })?;
        let process = process.ok_or("there is no process")?;
        ready.push(until_ready);
        first.push(until_ready + timed(|| exchange_token(&process, runtime))?);
    }
    let row = |what, durations: Vec<Duration>, goal| {
        let millis = median(durations.into_iter()).as_secs_f64() * 1e3;
        Row::value(what, millis, "ms", goal)
    };
    Ok(vec![
        row("emulator: start to ready line", ready, Goal::None),
        row(
            "emulator: start to first signed token",
            first,
            Goal::AtMost(5.0),
        ),
    ])
}

fn measure_exchanges(ims: &Path, runtime: &Runtime) -> Result<Vec<Row>> {
    let process = Process::start(ims)?;
    let exchanged = exchange_token(&process, runtime)?;
    let first_memory = process.resident_mib()?;

    let mut connections = runtime.block_on(Connection::open_all(&process.host, CONNECTIONS))?;
    let mut exchange = |times| {
        runtime.block_on(plain::exchange_all(
            &mut connections,
            &exchanged.request,
            times,
        ))
    };
    exchange(EXCHANGES_BEFORE_MEMORY)?;
    let last_memory = process.resident_mib()?;

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
            let wall = timed(|| (0..TIMES).try_for_each(|_| floor.once()))?;
            let cpu = process::own_cpu_time()?.saturating_sub(before);
            Ok([each(wall), each(cpu)])
        },
    )?;
    Ok(vec![
        Row::value(
            "emulator: resident after the first token",
            first_memory,
            "MiB",
            Goal::AtMost(6.0),
        ),
        Row::value(
            "emulator: resident after 2000 exchanges",
            last_memory,
            "MiB",
            Goal::AtMost(6.5),
        ),
        Row::rate(
            "emulator: exchanges / bare verification + signature",
            rate,
            Goal::AtLeast(0.8),
        ),
        Row::ratio(
            "emulator: the same in CPU time, the kernel's share included",
            cpu,
            Goal::None,
        ),
    ])
}

fn each(total: Duration) -> Duration {
    total / u32::try_from(TIMES).unwrap_or(u32::MAX)
}

/// The least work of an exchange: verifying the assertion's signature and signing a token.
struct Floor {
    key: ring::signature::RsaKeyPair,
    signed: Vec<u8>,
    signature: Vec<u8>,
    token: Vec<u8>,
}

impl Floor {
    fn new(process: &Process, exchanged: &TokenExchange) -> Result<Self> {
        let document = Document::parse(&std::fs::read(&process.credentials)?)?;
        let (signed, signature) = account::split(&exchanged.assertion)?;
        let (token, _) = exchanged
            .token
            .rsplit_once('.')
            .ok_or("the token has no signature")?;
        Ok(Self {
            key: bare_key(document.private_key.as_bytes())?,
            signed: signed.into(),
            signature: URL_SAFE_NO_PAD.decode(signature)?,
            token: token.into(),
        })
    }

    fn once(&self) -> Result<()> {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.key.public_key())
            .verify(&self.signed, &self.signature)
            .map_err(|_| "the assertion's signature is wrong")?;
        std::hint::black_box(bare_sign(&self.key, &self.token)?);
        Ok(())
    }
}
