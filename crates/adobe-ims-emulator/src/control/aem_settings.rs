//! `GET` and `PATCH /_emu/aem/settings`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Deserialize;

use crate::aem_data::settings::{AssemblerAnswer, DataSource};
use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::state::State;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    assembler_answer: Option<AssemblerAnswer>,
    batch_record_ms: Option<u64>,
    /// The folders of each `dataSourceConfigUri`; null removes them.
    #[serde(default)]
    data_sources: BTreeMap<String, Option<DataSource>>,
}

/// Handles `GET` and `PATCH /_emu/aem/settings`. Both answer with all settings.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let changes: Changes = if http.method() == Method::PATCH {
        read(http)?
    } else {
        Changes::default()
    };
    let mut settings = state.aem_settings();
    if let Some(answer) = changes.assembler_answer {
        settings.assembler_answer = answer;
    }
    if let Some(millis) = changes.batch_record_ms {
        settings.batch_record_ms = millis;
    }
    for (uri, folders) in changes.data_sources {
        settings.set_data_source(&uri, folders);
    }
    Ok(json(StatusCode::OK, &*settings))
}
