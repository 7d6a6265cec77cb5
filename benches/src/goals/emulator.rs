//! Measures the process of the emulator: its start, its memory and its throughput.

mod day;
mod exchanges;
mod floor;
mod idle;
mod plain;
mod process;
mod starts;

use std::path::Path;

use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::{Clock, SystemClock};
use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::table::Row;
use tokio::runtime::Runtime;

use crate::{account, programs};
use plain::Connection;
use process::Process;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let mut rows = measure_build("emulator", &programs::ims()?, &runtime)?;
    if let Some(ims) = programs::static_ims() {
        rows.extend(measure_build("emulator, static", &ims, &runtime)?);
    }
    rows.push(day::measure(&runtime)?);
    Ok(rows)
}

/// Measures one build of the command. The names of the rows begin with `name`.
fn measure_build(name: &str, ims: &Path, runtime: &Runtime) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    rows.extend(starts::measure(name, ims, runtime)?);
    rows.extend(exchanges::measure(name, ims, runtime)?);
    rows.push(idle::measure(name, ims, runtime)?);
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
