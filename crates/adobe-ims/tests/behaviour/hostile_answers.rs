//! Answers of a server that wants to harm: it repeats secrets in every form, breaks HTTP and JSON, and never ends.
//!
//! Each answer meets the exchange of an assertion over real sockets. No answer makes the library panic or wait for longer
//! than its timeout, and none brings a secret into an error or a warning.

use std::time::Duration;

use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::crypto::{Crypto, KeyContext};
use adobe_ims::{Error, HttpTransport, ImsClient};
use tokio::runtime::Builder;

use crate::hostile_cases::Outcome::{Fails, Token};
use crate::hostile_cases::{Answer, Case, Request, SECRET, TOKEN, echoes, places};
use crate::hostile_contents::contents;
use crate::hostile_encodings::leak;
use crate::hostile_framing::framing;
use crate::raw_server::RawServer;
use crate::support::{document, service};

/// Exchanges an assertion with a server that answers so. Returns the assertion and the outcome.
fn exchange(case: Case) -> (String, Result<adobe_ims::api::TokenResponse, Error>) {
    let answer = case.answer;
    let nobody = Request {
        assertion: String::new(),
    };
    let (is_silent, timeout) = match answer(&nobody) {
        // The clock is paused, and jumps to the deadline.
        Answer::Silent(_) => (true, Duration::from_secs(30)),
        Answer::Flood(_) => (false, Duration::from_millis(200)),
        Answer::Closing(_) | Answer::Endless(..) => (false, Duration::from_secs(300)),
    };
    let server = RawServer::new(move |mut peer| {
        let Some(request) = peer.read_text() else {
            return;
        };
        let assertion = assertion(&request);
        match answer(&Request { assertion }) {
            Answer::Closing(bytes) => {
                peer.try_write(&bytes);
            }
            Answer::Silent(bytes) => {
                peer.try_write(&bytes);
                // Until the client closes the connection.
                peer.read_request();
            }
            Answer::Flood(piece) => while peer.try_write(&piece) {},
            Answer::Endless(start, piece) => {
                let mut is_open = peer.try_write(&start);
                while is_open {
                    is_open = peer.try_write(&piece);
                }
            }
        }
    });
    let account = account(&server.url());
    let transport = HttpTransport::builder(Crypto::ring()).timeout(timeout);
    let ims = ImsClient::new(transport.build().unwrap());
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime
        .enable_all()
        .start_paused(is_silent)
        .build()
        .unwrap();
    let outcome = runtime.block_on(ims.token(&account));
    let assertion = server.requests().first().map(|request| assertion(request));
    (assertion.unwrap_or_default(), outcome)
}

fn account(url: &str) -> TechnicalAccount {
    let mut document = document();
    document["integration"]["imsEndpoint"] = url.into();
    document["integration"]["technicalAccount"]["clientSecret"] = SECRET.into();
    let credentials = service(&document).unwrap();
    TechnicalAccount::open(&credentials, &KeyContext::default(), &Crypto::ring()).unwrap()
}

fn assertion(request: &str) -> String {
    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
    let mut fields = form_urlencoded::parse(body.as_bytes());
    let field = fields.find(|(name, _)| name == "jwt_token");
    field
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Everything that is shown of an outcome.
fn shown(outcome: &Result<adobe_ims::api::TokenResponse, Error>) -> String {
    match outcome {
        Ok(response) => {
            let warnings = response.warnings.iter().map(ToString::to_string);
            let warnings: Vec<_> = warnings.collect();
            format!("{response:?} {warnings:?} {:?}", response.raw_expires_in)
        }
        Err(error) => format!("{error} {error:?} {} {:?}", error.report(), error.server()),
    }
}

fn cases() -> Vec<Case> {
    let mut cases = echoes();
    cases.extend(places());
    cases.extend(contents());
    cases.extend(framing());
    cases
}

fn check(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        let (name, expected, encodings) =
            (case.name.clone(), case.expected, case.encodings.clone());
        let (assertion, outcome) = exchange(case);
        let shown = shown(&outcome);
        let found = match &outcome {
            Ok(_) => Token,
            Err(error) => Fails(error.problem()),
        };
        if found != expected {
            wrong.push(format!("{name}: {found:?} instead of {expected:?}"));
        }
        let parts: Vec<_> = assertion.split('.').collect();
        let secrets = [&[SECRET, TOKEN][..], &parts[..]].concat();
        if let Some(part) = leak(&shown, &secrets, &encodings) {
            wrong.push(format!("{name} shows {part:?}: {shown}"));
        }
        if shown.contains("eyJ") || shown.contains('\u{1b}') {
            wrong.push(format!(
                "{name} shows a token or control characters: {shown}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn there_are_many_hostile_answers() {
    assert!(cases().len() >= 75, "{}", cases().len());
}

#[test]
fn secret_that_is_repeated_in_any_encoding_is_not_shown() {
    check(echoes());
}

#[test]
fn secret_in_any_place_of_an_answer_is_not_shown() {
    check(places());
}

#[test]
fn nonsense_in_the_place_of_a_token_is_a_typed_problem() {
    check(contents());
}

#[test]
fn broken_and_endless_http_is_a_typed_problem_within_the_timeout() {
    check(framing());
}
