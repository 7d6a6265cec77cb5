//! Compares an exchange on a kept-alive TLS connection with the signature and the POST that it consists of.

use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::crypto::Crypto;
use adobe_ims::{Clock, HttpTransport, ImsClient, SystemClock};
use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::exchange::{Connection, PATH, bare_key, bare_sign};
use adobe_ims_benches::rounds::{in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use adobe_ims_emulator::Emulator;
use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;

use crate::{account, server};

const ROUNDS: usize = 3000;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let emulator = Emulator::start()?;
    let json = emulator.credentials_json();
    let document = Document::parse(json.as_bytes())?;
    let server = server::start(response_body(&emulator, &document)?)?;

    let account = account::open(json.as_bytes(), Some(&server.url))?;
    let transport = HttpTransport::builder(Crypto::ring())
        .extra_ca("of the server", server.ca.as_ref())
        .build()?;
    let client = ImsClient::new(transport);

    let assertion = Assertion::sign(&account, SystemClock.now(), &AssertionOptions::default())?;
    let message = account::split(assertion.as_secret().expose())?.0;
    let form = Bytes::from(document.form(assertion.as_secret().expose()));
    let key = bare_key(document.private_key.as_bytes())?;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut connection = runtime.block_on(Connection::open(&server.url, server.ca))?;
    let [pair] = in_turn(
        ROUNDS,
        || Ok([timed(|| Ok(runtime.block_on(client.token(&account))?))?]),
        || {
            let floor = || {
                bare_sign(&key, message.as_bytes())?;
                runtime.block_on(connection.post(form.clone()))
            };
            Ok([timed(floor)?])
        },
    )?;
    Ok(vec![Row::ratio(
        "warm-exchange: token / bare signature + kept-alive TLS POST",
        pair,
        Goal::AtMost(1.1),
    )])
}

/// Returns the emulator's response to an exchange. A server repeats it without signing.
fn response_body(emulator: &Emulator, document: &Document) -> Result<Bytes> {
    let account = account::open(emulator.credentials_json().as_bytes(), None)?;
    let assertion = Assertion::sign(&account, SystemClock.now(), &AssertionOptions::default())?;
    let request = Request::post(PATH)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(document.form(assertion.as_secret().expose()).into())?;
    let response = emulator.respond(&request);
    if response.status() != 200 {
        return Err(format!("the emulator answers {}", response.status()).into());
    }
    Ok(response.into_body())
}
