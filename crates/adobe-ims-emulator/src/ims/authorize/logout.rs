//! The end of a browser's session.
//!
//! The browser is signed out, and an `access_token` that is given is good no longer, with all of its
//! sign-in (inferred). With the `client_id` of a client and a `redirect_uri` the browser is sent
//! there, or to the default URI if it is not the client's, else it is shown a page: 302 and 200 are
//! both documented by Adobe.

use bytes::Bytes;
use http::Request;

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response};
use crate::ims::authorize::pages::signed_out;
use crate::ims::authorize::redirect::found;
use crate::ims::authorize::sign_in_form::sign_out;
use crate::ims::new_token::TokenType;
use crate::ims::token::Token;
use crate::state::State;

pub(crate) fn logout(state: &State, request: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let parameters = Parameters::from_request(request)?;
    let client_id = parameters.one("client_id")?.unwrap_or_default();
    let asked = parameters.one("redirect_uri")?;
    let access_token = parameters.one("access_token")?.unwrap_or_default();
    sign_out(state, request.headers());
    if let Ok(token) = Token::verify(state, access_token, TokenType::Access) {
        let mut sessions = state.sessions();
        match token.session {
            Some(session) => sessions.end(&session),
            None => sessions.revoke(token.id),
        }
    }
    let directory = state.directory();
    let client = directory.client(client_id);
    let target = asked.and_then(|asked| client?.redirect_uris.resolve(Some(asked)));
    Ok(target.map_or_else(signed_out, found))
}
