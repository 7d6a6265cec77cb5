//! `GET` and `PATCH /_emu/aem/settings`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::aem_data::settings::{AssemblerAnswer, DataSource};
use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::state::State;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    assembler_answer: Option<Answer>,
    batch_record_ms: Option<u64>,
    /// The folders of each `dataSourceConfigUri`; null removes them.
    #[serde(default)]
    data_sources: BTreeMap<String, Option<DataSource>>,
}

/// The names of the forms of an answer.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Multipart,
    Pdf,
}

impl From<Answer> for AssemblerAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Multipart => Self::Multipart,
            Answer::Pdf => Self::Pdf,
        }
    }
}

impl From<AssemblerAnswer> for Answer {
    fn from(answer: AssemblerAnswer) -> Self {
        match answer {
            AssemblerAnswer::Multipart => Self::Multipart,
            AssemblerAnswer::Pdf => Self::Pdf,
        }
    }
}

#[derive(Serialize)]
struct SettingsView<'a> {
    assembler_answer: Answer,
    batch_record_ms: u64,
    data_sources: &'a BTreeMap<String, DataSource>,
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
        settings.assembler_answer = answer.into();
    }
    if let Some(millis) = changes.batch_record_ms {
        settings.batch_record_ms = millis;
    }
    for (uri, folders) in changes.data_sources {
        settings.set_data_source(&uri, folders);
    }
    let view = SettingsView {
        assembler_answer: settings.assembler_answer.into(),
        batch_record_ms: settings.batch_record_ms,
        data_sources: &settings.data_sources,
    };
    Ok(json(StatusCode::OK, &view))
}
