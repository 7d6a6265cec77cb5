//! `GET` and `PATCH /_emu/lifetimes`: how long new tokens live.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, wrong_value};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::state::State;

/// The longest lifetime: a thousand years of 365 days, in seconds.
const MAX_SECONDS: f64 = 31_536_000_000.0;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    access_token_seconds: Option<f64>,
    refresh_token_seconds: Option<f64>,
    code_seconds: Option<f64>,
    device_token_seconds: Option<f64>,
    consented_token_seconds: Option<f64>,
    promise_token_seconds: Option<f64>,
    promised_access_token_seconds: Option<f64>,
}

#[derive(Serialize)]
struct Body {
    access_token_seconds: f64,
    refresh_token_seconds: f64,
    code_seconds: f64,
    device_token_seconds: f64,
    consented_token_seconds: f64,
    promise_token_seconds: f64,
    promised_access_token_seconds: f64,
}

/// Handles `GET` and `PATCH /_emu/lifetimes`. Both answer with all lifetimes.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let changes: Changes = if http.method() == Method::PATCH {
        read(http)?
    } else {
        Changes::default()
    };
    let mut changed = state.lifetimes();
    for (name, seconds, lifetime) in [
        (
            "access_token_seconds",
            changes.access_token_seconds,
            &mut changed.access_token,
        ),
        (
            "refresh_token_seconds",
            changes.refresh_token_seconds,
            &mut changed.refresh_token,
        ),
        (
            "code_seconds",
            changes.code_seconds,
            &mut changed.authorization_code,
        ),
        (
            "device_token_seconds",
            changes.device_token_seconds,
            &mut changed.device_token,
        ),
        (
            "consented_token_seconds",
            changes.consented_token_seconds,
            &mut changed.consented_token,
        ),
        (
            "promise_token_seconds",
            changes.promise_token_seconds,
            &mut changed.promise_token,
        ),
        (
            "promised_access_token_seconds",
            changes.promised_access_token_seconds,
            &mut changed.promised_access_token,
        ),
    ] {
        if let Some(seconds) = seconds {
            *lifetime = duration(name, seconds)?;
        }
    }
    state.change_lifetimes(|lifetimes| *lifetimes = changed);
    let body = Body {
        access_token_seconds: changed.access_token.as_secs_f64(),
        refresh_token_seconds: changed.refresh_token.as_secs_f64(),
        code_seconds: changed.authorization_code.as_secs_f64(),
        device_token_seconds: changed.device_token.as_secs_f64(),
        consented_token_seconds: changed.consented_token.as_secs_f64(),
        promise_token_seconds: changed.promise_token.as_secs_f64(),
        promised_access_token_seconds: changed.promised_access_token.as_secs_f64(),
    };
    Ok(json(StatusCode::OK, &body))
}

fn duration(field: &str, seconds: f64) -> Result<Duration, ErrorResponse> {
    let is_lifetime = (0.0..=MAX_SECONDS).contains(&seconds);
    let lifetime = is_lifetime.then(|| Duration::try_from_secs_f64(seconds).ok());
    lifetime.flatten().ok_or_else(|| {
        let reason = format!("it has to be a number from 0 to {MAX_SECONDS}");
        ErrorResponse::invalid_request(wrong_value(field, &reason))
    })
}
