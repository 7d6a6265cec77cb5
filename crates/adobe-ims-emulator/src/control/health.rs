//! `GET /_emu/health`.

use http::StatusCode;
use serde::Serialize;

use crate::http::response::{Response, json};
use crate::state::State;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    emulator: &'static str,
    version: &'static str,
    tokens_minted: u64,
}

/// Handles `GET /_emu/health`.
pub(crate) fn health(state: &State) -> Response {
    let health = Health {
        status: "ok",
        emulator: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        tokens_minted: state.tokens_issued(),
    };
    json(StatusCode::OK, &health)
}
