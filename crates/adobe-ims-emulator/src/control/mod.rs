//! The remote control: what a test in another language asks of the emulator itself.

mod registration;
mod sign_ins;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response, json, no_content};
use crate::identities::account::AccountError;
use crate::state::State;

pub(crate) use registration::{add_client, add_person, add_service_code};
pub(crate) use sign_ins::sign_in;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    emulator: &'static str,
    version: &'static str,
    tokens_minted: u64,
}

#[derive(Deserialize)]
struct Rights {
    technical_account_id: String,
}

/// `GET /_emu/health`
pub(crate) fn health(state: &State) -> Response {
    let health = Health {
        status: "ok",
        emulator: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        tokens_minted: state.tokens_minted(),
    };
    json(StatusCode::OK, &health)
}

/// `POST /_emu/aem/rights` with `technical_account_id` (an id or an e-mail address) in a form or in
/// JSON.
pub(crate) fn grant_rights(
    state: &State,
    request: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let account = if is_json(request) {
        let rights: Rights = serde_json::from_slice(request.body()).map_err(|_| missing())?;
        rights.technical_account_id
    } else {
        let parameters = Parameters::from_request(request)?;
        let account = parameters.one("technical_account_id")?;
        account.ok_or_else(missing)?.to_owned()
    };
    if state.grant_aem_rights(&account) {
        Ok(no_content())
    } else {
        Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "The emulator knows no such technical account.",
        ))
    }
}

/// What stands in the JSON of a request.
fn read<'r, T: Deserialize<'r>>(request: &'r Request<Bytes>) -> Result<T, ErrorResponse> {
    serde_json::from_slice(request.body()).map_err(|error| {
        ErrorResponse::invalid_request(format!("The body cannot be taken: {error}."))
    })
}

/// What cannot be registered, or signed in with.
fn refused(error: &AccountError) -> ErrorResponse {
    ErrorResponse::invalid_request(format!("It cannot be done: {error}."))
}

fn is_json(request: &Request<Bytes>) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE);
    content_type.is_some_and(|value| {
        let media_type = value.as_bytes().split(|byte| *byte == b';').next();
        media_type.is_some_and(|text| text.trim_ascii().eq_ignore_ascii_case(b"application/json"))
    })
}

fn missing() -> ErrorResponse {
    ErrorResponse::invalid_request("The parameter technical_account_id is missing.")
}
