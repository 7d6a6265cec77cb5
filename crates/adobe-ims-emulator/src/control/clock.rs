//! `/_emu/clock`: the virtual time.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, is_rate};
use crate::control::json_body::{read, wrong_value};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::rfc3339::{from_rfc3339, rfc3339};
use crate::state::State;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    now: Option<String>,
    frozen: Option<bool>,
    rate: Option<f64>,
    offset_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

#[derive(Serialize)]
struct Body {
    now: String,
    frozen: bool,
    rate: f64,
    offset_seconds: i64,
}

/// Handles `GET` and `PATCH /_emu/clock`. Both answer with the clock.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let clock = &state.config.clock;
    if http.method() == Method::PATCH {
        change(clock, &read(http)?)?;
    }
    Ok(answer(clock))
}

/// Handles `POST /_emu/clock/advance`, and answers with the clock.
pub(crate) fn advance(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let Advance { seconds } = read(http)?;
    let by = Duration::try_from_secs_f64(seconds).map_err(|_| {
        refusal(
            "seconds",
            "it has to be a number from 0 on. To move the clock back, set now by PATCH /_emu/clock",
        )
    })?;
    let clock = &state.config.clock;
    clock.advance(by);
    Ok(answer(clock))
}

/// Makes all changes, or none if one is wrong.
fn change(clock: &Clock, changes: &Changes) -> Result<(), ErrorResponse> {
    let now = changes.now.as_deref().map(|text| {
        from_rfc3339(text).ok_or_else(|| {
            refusal(
                "now",
                "it has to be a time by RFC 3339 in the years 1970 to 9998, such as \
                 2027-01-15T08:00:00Z",
            )
        })
    });
    let now = now.transpose()?;
    if changes.rate.is_some_and(|rate| !is_rate(rate)) {
        return Err(refusal(
            "rate",
            "it has to be a number above 0 and at most 1000000. To stop the clock, set frozen to true",
        ));
    }
    if let Some(rate) = changes.rate {
        clock.set_rate(rate);
    }
    match changes.frozen {
        Some(true) => clock.freeze(),
        Some(false) => clock.run(),
        None => {}
    }
    if let Some(now) = now {
        clock.move_to(now);
    }
    if let Some(seconds) = changes.offset_seconds {
        clock.set_date_offset(seconds);
    }
    Ok(())
}

fn refusal(field: &str, reason: &str) -> ErrorResponse {
    ErrorResponse::invalid_request(wrong_value(field, reason))
}

fn answer(clock: &Clock) -> Response {
    let reading = clock.reading();
    let body = Body {
        now: rfc3339(clock.now()),
        frozen: reading.frozen,
        rate: reading.rate,
        offset_seconds: reading.date_offset,
    };
    json(StatusCode::OK, &body)
}
