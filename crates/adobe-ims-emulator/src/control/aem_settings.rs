//! `GET` and `PATCH /_emu/aem/settings`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::aem_data::settings::{AemSettings, AssemblerAnswer, BrowserLogin, DataSource};
use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::aem_tier::AemTier;
use crate::state::State;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    assembler_answer: Option<AssemblerAnswer>,
    batch_record_ms: Option<u64>,
    default_tier: Option<AemTier>,
    check_allow_list: Option<bool>,
    browser_login: Option<BrowserLogin>,
    upload_part_bytes: Option<u64>,
    /// The folders of each `dataSourceConfigUri`; null removes them.
    #[serde(default)]
    data_sources: BTreeMap<String, Option<DataSource>>,
}

#[derive(Serialize)]
struct SettingsView<'a> {
    assembler_answer: AssemblerAnswer,
    batch_record_ms: u64,
    default_tier: AemTier,
    check_allow_list: bool,
    browser_login: BrowserLogin,
    upload_part_bytes: u64,
    data_sources: &'a BTreeMap<String, DataSource>,
}

/// Handles `GET` and `PATCH /_emu/aem/settings`. Both answer with all settings.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let changes: Changes = if http.method() == Method::PATCH {
        read(http)?
    } else {
        Changes::default()
    };
    if changes.upload_part_bytes == Some(0) {
        return Err(ErrorResponse::invalid_request(
            "upload_part_bytes is not a number of bytes from 1 on.",
        ));
    }
    let mut settings = state.aem_settings();
    apply(&mut settings, changes);
    let view = SettingsView {
        assembler_answer: settings.assembler_answer,
        batch_record_ms: settings.batch_record_ms,
        default_tier: settings.default_tier,
        check_allow_list: settings.check_allow_list,
        browser_login: settings.browser_login,
        upload_part_bytes: settings.upload_part_bytes,
        data_sources: &settings.data_sources,
    };
    Ok(json(StatusCode::OK, &view))
}

fn apply(settings: &mut AemSettings, changes: Changes) {
    fn set<T>(setting: &mut T, change: Option<T>) {
        if let Some(change) = change {
            *setting = change;
        }
    }
    set(&mut settings.assembler_answer, changes.assembler_answer);
    set(&mut settings.batch_record_ms, changes.batch_record_ms);
    set(&mut settings.default_tier, changes.default_tier);
    set(&mut settings.check_allow_list, changes.check_allow_list);
    set(&mut settings.browser_login, changes.browser_login);
    set(&mut settings.upload_part_bytes, changes.upload_part_bytes);
    for (uri, folders) in changes.data_sources {
        settings.set_data_source(&uri, folders);
    }
}
