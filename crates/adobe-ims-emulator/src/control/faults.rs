//! `/_emu/faults`: faults on demand.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Serialize;

use crate::control::json_body::{read, wrong_value};
use crate::faults::fault::{Fault, When};
use crate::faults::step::FaultStep;
use crate::faults::store::StoredFault;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::state::State;

#[derive(Serialize)]
struct List<'a> {
    faults: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    when: &'a When,
    then: &'a [FaultStep],
    /// The number of requests that fit the conditions.
    matched: u64,
    /// The number of requests that got the fault.
    acted: u64,
}

impl<'a> From<&'a StoredFault> for Entry<'a> {
    fn from(stored: &'a StoredFault) -> Self {
        Self {
            id: &stored.id,
            when: &stored.fault.when,
            then: &stored.fault.then,
            matched: stored.matched,
            acted: stored.acted,
        }
    }
}

/// Handles `GET`, `POST` and `DELETE /_emu/faults`.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    match *http.method() {
        Method::POST => add(state, http),
        Method::DELETE => {
            state.faults().clear();
            Ok(no_content())
        }
        _ => {
            let faults = state.faults();
            let faults = faults.all().iter().map(Entry::from).collect();
            Ok(json(StatusCode::OK, &List { faults }))
        }
    }
}

fn add(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let fault: Fault = read(http)?;
    let seed = state.fault_seed();
    let mut faults = state.faults();
    let stored = faults.add(fault, seed).map_err(|error| {
        ErrorResponse::invalid_request(wrong_value(error.place(), error.reason()))
    })?;
    Ok(json(StatusCode::CREATED, &Entry::from(stored)))
}

/// Handles `GET` and `DELETE /_emu/faults/ID`.
pub(crate) fn handle_one(
    state: &State,
    http: &Request<Bytes>,
    id: &str,
) -> Result<Response, ErrorResponse> {
    let mut faults = state.faults();
    if http.method() == Method::DELETE && faults.remove(id) {
        return Ok(no_content());
    }
    let fault = faults.all().iter().find(|fault| fault.id == id);
    let fault = fault.ok_or_else(|| {
        let description = format!("There is no fault {id}. GET /_emu/faults lists them.");
        ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
    })?;
    Ok(json(StatusCode::OK, &Entry::from(fault)))
}
