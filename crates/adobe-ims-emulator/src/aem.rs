//! The emulated AEM: two listings behind a bearer token.
//!
//! - A token is valid in the environment that the id of its client names. An id without environment
//!   belongs to the emulator's environment.
//! - AEM creates the user of a technical account or of a person at the first authenticated call, in
//!   the group `contributors`.
//! - It answers with the listing once the user has rights, which are the membership of
//!   `forms-users`.
//!
//! For people this is inferred.

use http::header::{CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::http::parameters::bearer_token;
use crate::http::response::{self, Response};
use crate::identities::aem_environment::AemEnvironment;
use crate::ims::token::Token;
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

/// The body of AEM's newer errors (RFC 9457).
#[derive(Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
}

fn listing<B>(state: &State, http: &Request<B>, body: &impl Serialize) -> Response {
    let Some(user) = authenticate(state, http) else {
        let mut response = problem(
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            "Invalid or expired token",
        );
        let challenge = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        return response;
    };
    let has_rights = state.aem_users().record_call(&user.user_id, &user.email);
    if has_rights {
        response::json(StatusCode::OK, body)
    } else {
        problem(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "The user is not a member of forms-users.",
        )
    }
}

/// The technical account or the person of a token.
struct User {
    user_id: String,
    email: String,
}

/// Returns the user of the request's token, if the token is valid in the environment of the
/// request.
fn authenticate<B>(state: &State, http: &Request<B>) -> Option<User> {
    let token = Token::verify_access_token(state, bearer_token(http.headers())?).ok()?;
    let directory = state.directory();
    let client = directory.client(&token.client_id)?;
    let of_client = AemEnvironment::from_client_id(&client.id).unwrap_or(state.config.environment);
    if of_client != requested_environment(state, http) {
        return None;
    }
    let binding = &client.binding;
    let email = if binding.technical_account_id == token.user_id {
        &binding.email
    } else {
        directory.people.by_user_id(&token.user_id)?.email()
    };
    let email = email.to_owned();
    Some(User {
        user_id: token.user_id,
        email,
    })
}

/// Returns the environment in the host name of the request, or the emulator's.
fn requested_environment<B>(state: &State, http: &Request<B>) -> AemEnvironment {
    let header = http.headers().get(HOST);
    http.uri()
        .host()
        .or_else(|| header?.to_str().ok())
        .and_then(AemEnvironment::from_host)
        .unwrap_or(state.config.environment)
}

fn problem(status: StatusCode, title: &'static str, detail: &'static str) -> Response {
    let body = Problem {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail,
    };
    let mut response = response::json(status, &body);
    let content_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
