//! `/_emu/service_codes`: permanent authorization codes.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::read;
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

#[derive(Serialize)]
struct List<'a> {
    service_codes: Vec<Count<'a>>,
}

/// The number of codes of a client. The codes themselves are secrets.
#[derive(Serialize)]
struct Count<'a> {
    client_id: &'a str,
    count: usize,
}

/// Handles `GET` and `POST /_emu/service_codes`.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    if http.method() == Method::POST {
        let request: ServiceCodeRequest = read(http)?;
        let code = service_code::add_service_code(state, &request.client_id)?;
        return Ok(json(StatusCode::CREATED, &ServiceCodeResponse { code }));
    }
    let directory = state.directory();
    let clients = directory.clients().iter();
    let with_codes = clients.filter(|client| !client.service_codes.is_empty());
    let service_codes = with_codes
        .map(|client| Count {
            client_id: &client.id,
            count: client.service_codes.len(),
        })
        .collect();
    Ok(json(StatusCode::OK, &List { service_codes }))
}
