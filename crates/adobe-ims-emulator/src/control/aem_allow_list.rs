//! `/_emu/aem/allow_list`: the clients of OAuth server-to-server that AEM lets in.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::aem_settings::Tier;
use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::state::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    tiers: BTreeSet<Tier>,
}

#[derive(Serialize)]
struct AllowListView<'a> {
    clients: BTreeMap<&'a str, Vec<Tier>>,
}

/// Handles `GET /_emu/aem/allow_list`.
pub(crate) fn list(state: &State) -> Response {
    let allow_list = state.allow_list();
    let clients = allow_list.iter().map(|(id, tiers)| {
        let tiers = tiers.iter().map(|tier| Tier::from(*tier));
        (id, tiers.collect())
    });
    let view = AllowListView {
        clients: clients.collect(),
    };
    json(StatusCode::OK, &view)
}

/// Handles `PUT` and `DELETE /_emu/aem/allow_list/CLIENT`. The client need not be registered, as at
/// Adobe.
pub(crate) fn set(
    state: &State,
    http: &Request<Bytes>,
    client_id: &str,
) -> Result<Response, ErrorResponse> {
    if http.method() == Method::DELETE {
        if state.allow_list().remove(client_id) {
            return Ok(no_content());
        }
        return Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "The client is not on the allow list.",
        ));
    }
    let listing: Listing = read(http)?;
    let tiers = listing.tiers.into_iter().map(Into::into);
    state.allow_list().set(client_id, tiers);
    Ok(no_content())
}
