//! `GET` and `PATCH /_emu/settings`: how IMS answers where sources disagree.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Map, Value};

use crate::control::json_body::{read, wrong_value};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::ims_settings::{ImsSettings, SettingKind};
use crate::state::State;

/// Handles `GET` and `PATCH /_emu/settings`. Both answer with all settings. A request with an error
/// changes nothing.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    if http.method() == Method::PATCH {
        let changes: Map<String, Value> = read(http)?;
        let mut changed = Ok(());
        state.change_ims_settings(|settings| changed = apply(settings, &changes));
        changed?;
    }
    Ok(json(StatusCode::OK, &view(&state.ims_settings())))
}

/// Makes all changes or none.
fn apply(settings: &mut ImsSettings, changes: &Map<String, Value>) -> Result<(), ErrorResponse> {
    let mut changed = *settings;
    for (name, value) in changes {
        let set = match value {
            Value::String(text) if !is_boolean(name) => changed.set(name, text),
            other => changed.set(name, &other.to_string()),
        };
        set.map_err(|error| ErrorResponse::invalid_request(wrong_value(name, &error.to_string())))?;
    }
    *settings = changed;
    Ok(())
}

fn is_boolean(name: &str) -> bool {
    let mut settings = ImsSettings::table().iter();
    settings.any(|setting| setting.name() == name && setting.kind() == SettingKind::Boolean)
}

fn view(settings: &ImsSettings) -> Map<String, Value> {
    let values = ImsSettings::table().iter().map(|setting| {
        let value = setting.value(settings);
        let value = match setting.kind() {
            SettingKind::Boolean => Value::Bool(value == "true"),
            SettingKind::Choice => Value::from(value),
        };
        (setting.name().to_owned(), value)
    });
    values.collect()
}
