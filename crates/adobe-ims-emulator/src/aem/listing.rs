//! Two listings of assets.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, Request, StatusCode};
use serde_json::{Value, json};

use crate::aem::problem::problem;
use crate::aem::user::authenticate;
use crate::http::response::{self, Response};
use crate::identities::aem_group::AemGroup;
use crate::state::State;

/// The root folder of the assets as a Sling node.
const DAM: &str = "/content/dam.json";

/// The root folder of the assets in Siren, as the Assets HTTP API shows it.
const ASSETS: &str = "/api/assets.json";

/// Returns whether a listing is at a path.
pub(crate) fn is_listing(path: &str) -> bool {
    matches!(path, DAM | ASSETS)
}

/// Handles a `GET` of a listing.
pub(crate) fn respond<B>(state: &State, http: &Request<B>, path: &str) -> Response {
    if path == DAM {
        listing(state, http, &dam())
    } else {
        listing(state, http, &assets())
    }
}

fn dam() -> Value {
    json!({
        "jcr:primaryType": "sling:Folder",
        "jcr:createdBy": "admin",
        "jcr:title": "Assets",
        "emulator": env!("CARGO_PKG_NAME"),
    })
}

fn assets() -> Value {
    json!({
        "class": ["assets/folder"],
        "properties": {
            "name": "assets",
            "srn:paging": {"total": 0, "offset": 0, "limit": 20},
            "emulator": env!("CARGO_PKG_NAME"),
        },
        "entities": [],
        "links": [{"rel": ["self"], "href": ASSETS}],
    })
}

fn listing<B>(state: &State, http: &Request<B>, body: &Value) -> Response {
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
