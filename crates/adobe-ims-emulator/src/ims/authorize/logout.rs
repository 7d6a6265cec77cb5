//! The logout.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, StatusCode};

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::{Parameters, bearer_token};
use crate::http::response::{Response, json, with_content_type};
use crate::ims::authorize::browser_session::sign_out;
use crate::ims::authorize::pages::signed_out_page;
use crate::ims::authorize::redirect::redirect_to;
use crate::ims::token::Token;
use crate::state::State;

/// Handles `/ims/logout`.
pub(crate) fn logout(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let parameters = Parameters::from_request(http)?;
    let client_id = parameters.get("client_id")?.unwrap_or_default();
    let redirect_uri = parameters.get("redirect_uri")?;
    let access_token = parameters.get("access_token")?.unwrap_or_default();
    end(state, http, access_token);
    let directory = state.directory();
    let client = directory.client(client_id);
    let uri = redirect_uri.and_then(|uri| client?.redirect_uris.resolve(Some(uri)));
    Ok(uri.map_or_else(signed_out_page, redirect_to))
}

const JAVASCRIPT: HeaderValue = HeaderValue::from_static("application/javascript;charset=UTF-8");
const P3P: HeaderName = HeaderName::from_static("p3p");
const P3P_POLICY: HeaderValue =
    HeaderValue::from_static("CP=\"IDC DSP COR CURa ADMa OUR IND PHY ONL COM STA\"");

/// The longest name of a callback.
const MAX_CALLBACK: usize = 128;

/// Handles `/ims/logout/v1/token`, the logout without a redirect.
pub(crate) fn logout_token(
    state: &State,
    http: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let parameters = Parameters::from_request(http)?;
    let callback = parameters.get("callback")?;
    if callback.is_some_and(|name| !is_javascript_name(name)) {
        return Err(ErrorResponse::invalid_request(
            "The callback is not a name of JavaScript.",
        ));
    }
    let in_form = parameters.get("access_token")?;
    let access_token = in_form.or_else(|| bearer_token(http.headers()));
    end(state, http, access_token.unwrap_or_default());
    let mut response = match callback {
        Some(name) => with_content_type(StatusCode::OK, JAVASCRIPT, format!("{name}({{}});")),
        None => json(StatusCode::OK, &serde_json::Map::new()),
    };
    response.headers_mut().insert(P3P, P3P_POLICY);
    Ok(response)
}

/// Signs the browser out, and revokes all tokens of the sign-in of the access token.
fn end(state: &State, http: &Request<Bytes>, access_token: &str) {
    sign_out(state, http.headers());
    if let Ok(token) = Token::verify_access_token(state, access_token) {
        token.revoke(state, true);
    }
}

fn is_javascript_name(text: &str) -> bool {
    let is_part = |part: &str| {
        let starts = part.starts_with(|c: char| c.is_ascii_alphabetic() || "_$".contains(c));
        starts
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_$".contains(c))
    };
    text.len() <= MAX_CALLBACK && text.split('.').all(is_part)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::SignIn.documented(
        "logout",
        "The logout ends the session of the browser and redirects (302) or shows a page (200).",
        "AdobeDocs/adobeio-auth, `Resources/IMS.md` (2021)",
    ),
    Area::SignIn.inferred(
        "logout-tokens",
        "It revokes all tokens of the sign-in of `access_token`, and redirects to the default URI in place of one that is not registered.",
        "Adobe documents the parameters and not the effect",
    ),
    Area::SignIn.documented(
        "logout-token",
        "`/ims/logout/v1/token` does the same without a page: it answers with JSON, or with `callback` as JSONP. A `callback` that is no name of JavaScript gets 400 `invalid_request`, which is inferred.",
        "AdobeDocs/adobeio-auth, `Resources/IMS.md` (2021)",
    ),
];
