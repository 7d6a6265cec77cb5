//! `GET /_emu/openapi.json`: the description of all endpoints.
//!
//! The document is made for each request, so that an emulator whose description nobody reads has no
//! memory for it.

use http::StatusCode;

use crate::aem::openapi as aem;
use crate::http::response::{Response, json};
use crate::ims::openapi as ims;
use crate::openapi::area::Area;
use crate::openapi::document::document;
use crate::state::State;

/// The table of the remote control.
const TABLE: &str = include_str!("openapi.json");

/// Returns the description of the remote control.
pub(crate) fn area() -> Area {
    Area::read(TABLE)
}

/// Handles `GET /_emu/openapi.json`.
pub(crate) fn openapi(state: &State) -> Response {
    json(StatusCode::OK, &document(&areas(), &state.config.url))
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
    use crate::openapi::area::{check, variants};

    #[test]
    fn every_endpoint_is_described() {
        let (variants, name) = variants!(ControlEndpoint: Root, Overview, OpenApi, Health, Clock,
            AdvanceClock, Reset, Snapshots, RestoreSnapshot(_), Lifetimes, AemRights, AemRightsOf(_),
            AemFile(_), AemSettings, Faults, Fault(_), Requests, Verify, AddClient, AddPerson,
            AddServiceCode, SignIn);
        let variant_of = |path: &str| ControlEndpoint::from_path(path).as_ref().map(name);
        check(&area(), variants, variant_of, include_str!("endpoint.rs"));
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
