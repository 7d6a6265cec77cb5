//! `/_emu/aem/allow_list`: the clients of OAuth server-to-server that AEM lets in.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{not_found, read};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::identities::aem_allow_list::AllowList;
use crate::identities::aem_tier::AemTier;
use crate::state::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    tiers: BTreeSet<AemTier>,
}

#[derive(Serialize)]
struct AllowListView<'a> {
    clients: &'a AllowList,
}

/// Handles `GET /_emu/aem/allow_list`.
pub(crate) fn list(state: &State) -> Response {
    let clients = &*state.allow_list();
    json(StatusCode::OK, &AllowListView { clients })
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
        let description = "The client is not on the allow list.";
        return Err(not_found(description.to_owned()));
    }
    let listing: Listing = read(http)?;
    state.allow_list().set(client_id, listing.tiers);
    Ok(no_content())
}
