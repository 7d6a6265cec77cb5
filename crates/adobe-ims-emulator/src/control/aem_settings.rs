//! `GET` and `PATCH /_emu/aem/settings`.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Deserialize;

use crate::aem_data::settings::AssemblerAnswer;
use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::state::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    assembler_answer: Option<AssemblerAnswer>,
}

/// Handles `GET` and `PATCH /_emu/aem/settings`. Both answer with all settings.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let changes: Option<Changes> = if http.method() == Method::PATCH {
        Some(read(http)?)
    } else {
        None
    };
    let mut settings = state.aem_settings();
    if let Some(answer) = changes.and_then(|changes| changes.assembler_answer) {
        settings.assembler_answer = answer;
    }
    Ok(json(StatusCode::OK, &*settings))
}
