//! `GET /_emu/health`.

use http::StatusCode;
use serde::Serialize;

use crate::http::response::{Response, json};
use crate::state::State;

#[derive(Serialize)]
struct Health<'a> {
    ready: bool,
    status: &'static str,
    emulator: &'static str,
    version: &'static str,
    tokens_minted: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_url: Option<&'a str>,
}

/// Handles `GET /_emu/health`.
pub(crate) fn health(state: &State) -> Response {
    let health = Health {
        ready: true,
        status: "ok",
        emulator: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        tokens_minted: state.tokens_issued(),
        proxy_url: state.config.proxy_url.as_deref(),
    };
    json(StatusCode::OK, &health)
}
