//! `GET /_emu/openapi.json`: the description of all endpoints.
//!
//! The document is made for each request, so that an emulator whose description nobody reads has no
//! memory for it.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::aem::openapi as aem;
use crate::http::response::{Response, json as json_response};
use crate::ims::openapi as ims;
use crate::ims_settings::{ImsSetting, ImsSettings, SettingKind};
use crate::openapi::area::Area;
use crate::openapi::document::document;
use crate::state::State;

/// The tables of the remote control: the emulator itself, what a test registers, and AEM.
///
/// The files of the page at `/_emu/` are not described: only the page itself requests them.
const TABLE: &str = include_str!("openapi.json");
const REGISTRY_TABLE: &str = include_str!("openapi_registry.json");
const AEM_TABLE: &str = include_str!("openapi_aem.json");

/// Returns the description of the remote control.
pub(crate) fn area() -> Area {
    Area::read(TABLE)
        .with(REGISTRY_TABLE)
        .with(AEM_TABLE)
        .with_schema("ImsSettings", ims_settings(Demand::All))
        .with_schema("ImsSettingsChanges", ims_settings(Demand::Any))
}

/// The settings that an object has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    All,
    Any,
}

/// Returns the schema of the settings of IMS.
fn ims_settings(demand: Demand) -> Value {
    let settings = ImsSettings::table().iter();
    let properties: Map<String, Value> = settings
        .map(|setting| (setting.name().to_owned(), ims_setting(setting)))
        .collect();
    let mut schema = json!({"type": "object", "additionalProperties": false});
    if demand == Demand::All {
        schema["required"] = properties.keys().cloned().collect();
    }
    schema["properties"] = properties.into();
    schema
}

fn ims_setting(setting: &ImsSetting) -> Value {
    let (effect, reason, source) = (setting.effect(), setting.reason(), setting.source());
    let description = format!("{effect}\n\nThe default: {reason}\n\nSources: {source}");
    match setting.kind() {
        SettingKind::Boolean => json!({
            "type": "boolean",
            "default": setting.default_value() == "true",
            "description": description,
        }),
        SettingKind::Choice => json!({
            "enum": setting.values(),
            "default": setting.default_value(),
            "description": description,
        }),
    }
}

/// Handles `GET /_emu/openapi.json`.
pub(crate) fn openapi(state: &State) -> Response {
    json_response(StatusCode::OK, &document(&areas(), &state.config.url))
}

fn areas() -> Vec<Area> {
    let mut areas = vec![area(), ims::area()];
    areas.extend(aem::areas());
    areas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::endpoint::ControlEndpoint;
    use crate::control::registry::RegistryEndpoint;
    use crate::openapi::area::{check, variants};

    #[test]
    fn every_endpoint_is_described() {
        let (plain, plain_name) = variants!(ControlEndpoint: Root, Overview, OpenApi, PageFile(_),
            Health, Clock, AdvanceClock, Reset, Snapshots, RestoreSnapshot(_), ImsSettings,
            Lifetimes, AemRights, AemRightsOf(_), AemFile(_), AemSettings, AemAllowList,
            AemAllowedClient(_), AemQueries, AemQuery(_), Faults, Fault(_), Requests, Verify,
            Registry(_), Consent(_), SignIn);
        let (registry, registry_name) = variants!(RegistryEndpoint: Accounts, Account(_),
            Certificates(_), Certificate { .. }, Clients, Client(_), Secrets(_), Secret { .. },
            People, Person(_), ServiceCodes, Tokens);
        let others = ["PageFile", "Registry"];
        let plain = plain.iter().filter(|name| !others.contains(name));
        let variants: Vec<&str> = plain.chain(registry).copied().collect();
        let variant_of = |path: &str| {
            Some(match ControlEndpoint::from_path(path)? {
                ControlEndpoint::Registry(endpoint) => registry_name(&endpoint),
                endpoint => plain_name(&endpoint),
            })
        };
        // The files of the page are not described.
        let source = include_str!("endpoint.rs").replace("\"/_emu/page/\"", "");
        let sources = [&*source, include_str!("registry.rs")];
        check(&area(), &variants, variant_of, &sources);
    }

    #[test]
    fn no_path_and_no_component_is_described_twice() {
        let areas = areas();
        let mut names = Vec::new();
        for area in &areas {
            let paths = area.endpoints.iter().flat_map(|entry| &entry.paths);
            names.extend(paths.cloned());
            for (kind, named) in &area.components {
                let named = named.as_object().unwrap().keys();
                names.extend(named.map(|name| format!("{kind} {name}")));
            }
        }
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
    }
}
