//! `POST /_emu/verify`: proofs about the requests of the journal.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, wrong_value};
use crate::control::requests::Entry;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::journal::RequestFilter;
use crate::journal::verification::{CountRange, VerificationError, verify as verify_journal};
use crate::state::State;

/// The filters of `GET /_emu/requests`, and the wanted number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    path: Option<String>,
    client_id: Option<String>,
    grant: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    since: u64,
    at_least: Option<u64>,
    at_most: Option<u64>,
    exactly: Option<u64>,
}

#[derive(Serialize)]
struct Verified {
    count: u64,
}

#[derive(Serialize)]
struct Failed<'a> {
    error_description: String,
    error: &'static str,
    count: u64,
    requests: Vec<Entry<'a>>,
    seen: Vec<Kind<'a>>,
}

#[derive(Serialize)]
struct Kind<'a> {
    method: &'a str,
    path: &'a str,
    client_id: Option<&'a str>,
    grant: Option<&'a str>,
    status: Option<u16>,
    count: u64,
}

/// Handles `POST /_emu/verify`.
pub(crate) fn verify(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let body: Body = read(http)?;
    let wanted = wanted(&body)?;
    let filter = RequestFilter {
        path: body.path,
        client_id: body.client_id,
        grant: body.grant,
        status: body.status,
        since: body.since,
    };
    let verified = verify_journal(&state.journal(), &filter, wanted);
    Ok(match verified {
        Ok(count) => json(StatusCode::OK, &Verified { count }),
        Err(error) => json(StatusCode::CONFLICT, &Failed::from(&*error)),
    })
}

fn wanted(body: &Body) -> Result<CountRange, ErrorResponse> {
    let wrong =
        |place: &str, reason: &str| Err(ErrorResponse::invalid_request(wrong_value(place, reason)));
    match (body.at_least, body.at_most, body.exactly) {
        (None, None, None) => wrong(".", "it has none of at_least, at_most and exactly"),
        (None, None, Some(number)) => Ok(CountRange::of(&(number..=number))),
        (_, _, Some(_)) => wrong("exactly", "it stands beside at_least or at_most"),
        (Some(least), Some(most), None) if least > most => {
            wrong("at_most", "it is less than at_least")
        }
        (at_least, at_most, None) => Ok(CountRange {
            at_least: at_least.unwrap_or_default(),
            at_most,
        }),
    }
}

impl<'a> From<&'a VerificationError> for Failed<'a> {
    fn from(error: &'a VerificationError) -> Self {
        let kinds = error.seen.iter().map(|(kind, count)| Kind {
            method: &kind.method,
            path: &kind.path,
            client_id: kind.client_id.as_deref(),
            grant: kind.grant.as_deref(),
            status: kind.status,
            count: *count,
        });
        Self {
            error_description: error.to_string(),
            error: "verification_failed",
            count: error.count,
            requests: error.requests.iter().map(Entry::from).collect(),
            seen: kinds.collect(),
        }
    }
}
