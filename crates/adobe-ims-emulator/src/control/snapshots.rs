//! `POST /_emu/reset`, and snapshots of all data.

use http::StatusCode;
use serde::Serialize;

use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::state::State;

#[derive(Serialize)]
struct Body {
    id: String,
}

/// Handles `POST /_emu/reset`.
pub(crate) fn reset(state: &State) -> Response {
    state.reset();
    no_content()
}

/// Handles `POST /_emu/snapshots`.
pub(crate) fn add(state: &State) -> Response {
    let id = state.add_snapshot();
    json(StatusCode::CREATED, &Body { id })
}

/// Handles `POST /_emu/snapshots/ID/restore`.
pub(crate) fn restore(state: &State, id: &str) -> Result<Response, ErrorResponse> {
    if state.restore_snapshot(id) {
        return Ok(no_content());
    }
    let description = format!(
        "There is no snapshot {id}. POST /_emu/snapshots makes one; the emulator keeps the last ones \
         only."
    );
    Err(ErrorResponse::new(
        StatusCode::NOT_FOUND,
        "not_found",
        description,
    ))
}
