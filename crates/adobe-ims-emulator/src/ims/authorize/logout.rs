//! The logout.
//!
//! The emulator signs the browser out. It revokes all tokens of the sign-in of an `access_token`
//! (inferred). With the `client_id` of a client and a `redirect_uri`, it redirects to this URI, or
//! to the default URI if the client did not register it. Otherwise it shows a page. Adobe documents
//! both 302 and 200.

use bytes::Bytes;
use http::Request;

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::Response;
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
    sign_out(state, http.headers());
    if let Ok(token) = Token::verify_access_token(state, access_token) {
        token.revoke(state, true);
    }
    let directory = state.directory();
    let client = directory.client(client_id);
    let uri = redirect_uri.and_then(|uri| client?.redirect_uris.resolve(Some(uri)));
    Ok(uri.map_or_else(signed_out_page, redirect_to))
}
