//! Two listings of assets.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, Request, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::aem::problem::problem;
use crate::aem::user::authenticate;
use crate::http::response::{self, Response};
use crate::identities::aem_group::AemGroup;
use crate::state::State;

/// Handles `GET /content/dam.json`: the root folder of the assets as a Sling node.
pub(crate) fn dam<B>(state: &State, http: &Request<B>) -> Response {
    let node = json!({
        "jcr:primaryType": "sling:Folder",
        "jcr:createdBy": "admin",
        "jcr:title": "Assets",
        "emulator": env!("CARGO_PKG_NAME"),
    });
    listing(state, http, &node)
}

/// Handles `GET /api/assets.json`: the root folder of the assets in Siren, as the Assets HTTP API
/// shows it.
pub(crate) fn assets<B>(state: &State, http: &Request<B>) -> Response {
    let folder = json!({
        "class": ["assets/folder"],
        "properties": {
            "name": "assets",
            "srn:paging": {"total": 0, "offset": 0, "limit": 20},
            "emulator": env!("CARGO_PKG_NAME"),
        },
        "entities": [],
        "links": [{"rel": ["self"], "href": "/api/assets.json"}],
    });
    listing(state, http, &folder)
}

fn listing<B>(state: &State, http: &Request<B>, body: &impl Serialize) -> Response {
    let Some(groups) = authenticate(state, http) else {
        let mut response = problem(
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            "Invalid or expired token",
        );
        let challenge = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        return response;
    };
    if groups.allow(AemGroup::FormsUsers) {
        response::json(StatusCode::OK, body)
    } else {
        problem(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "The user is not a member of forms-users.",
        )
    }
}
