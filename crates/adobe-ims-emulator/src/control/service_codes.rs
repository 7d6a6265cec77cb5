//! `/_emu/service_codes`: permanent authorization codes.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, registration_failed};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::ims::service_code;
use crate::state::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceCodeRequest {
    client_id: String,
}

#[derive(Serialize)]
struct ServiceCodeResponse {
    code: String,
}

/// Handles `POST /_emu/service_codes`.
pub(crate) fn add_service_code(
    state: &State,
    http: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let request: ServiceCodeRequest = read(http)?;
    let code = service_code::add_service_code(state, &request.client_id)
        .map_err(|error| registration_failed(&error))?;
    Ok(json(StatusCode::CREATED, &ServiceCodeResponse { code }))
}
