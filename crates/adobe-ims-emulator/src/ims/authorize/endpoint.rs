//! The authorization endpoint, where a client sends the browser of a person who is to sign in.
//!
//! If the emulator does not know where to redirect to, it answers with an error page and the status
//! 400: the client is unknown or not registered for sign-ins, or it has no redirect URI. The
//! redirect reports all other errors to the client:
//!
//! | Case | `error` |
//! |---|---|
//! | `state` has more than 4096 characters (documented limit; 255 with the setting `short_state`) | `invalid_request` (inferred) |
//! | `response_type` is neither one of the five that Adobe documents nor `device`, which a published client sends | `unsupported_response_type` (RFC 6749) |
//! | a device token is requested without `device_id` | `invalid_request` (inferred) |
//! | the client is not registered for the grant of the response type | `unauthorized_client` (RFC 6749) |
//! | `response_mode` is neither `query` nor `fragment` | `invalid_request` (inferred) |
//! | a scope is not one of the client, or an id token is requested without `openid` | `invalid_scope` (RFC 6749) |
//! | an id token is requested without `nonce` | `invalid_request` (OpenID Connect) |
//! | `code_challenge` is malformed, or a public client omits it (documented) | `invalid_request` (RFC 7636) |
//! | a parameter is given twice, or `prompt` is `none` and another value | `invalid_request` (inferred; OpenID Connect) |
//! | `prompt=none`, and nobody is signed in | `login_required` (documented) |
//! | the person cancels | `access_denied` (RFC 6749) |
//!
//! The default replaces a redirect URI that is missing or not registered (documented by Adobe). A
//! person who is signed in sees no page, unless the request has `prompt=login` or `reauth=check`.
//! The emulator asks for no consent, so `consent_required` and `interaction_required` do not occur.

use bytes::Bytes;
use http::Request;

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::Response;
use crate::ims::authorize::browser_session::signed_in_person;
use crate::ims::authorize::pages;
use crate::ims::authorize::redirect::{authorization_response, error_redirect};
use crate::ims::authorize::request::{self, AuthorizationError, LOGIN_REQUIRED, Prompt};
use crate::ims::client_authentication::unknown_client;
use crate::sessions::authorization_request::{AuthorizationRequest, RedirectTarget, ResponseMode};
use crate::state::State;

/// Handles `/ims/authorize`.
pub(crate) fn authorize(state: &State, http: &Request<Bytes>) -> Response {
    respond(state, http).unwrap_or_else(|error| pages::error_page(&error))
}

fn respond(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let (checked, redirect) = read_request(state, http)?;
    let (request, prompt) = match checked {
        Ok(checked) => checked,
        Err(error) => return Ok(error_redirect(&redirect, error.error, error.description)),
    };
    let person = signed_in_person(state, http.headers()).filter(|_| prompt != Prompt::Always);
    Ok(match person {
        Some(person) => authorization_response(state, http, request, &person),
        None if prompt == Prompt::Never => {
            error_redirect(&redirect, LOGIN_REQUIRED.error, LOGIN_REQUIRED.description)
        }
        None => pages::sign_in_page(state, request, None),
    })
}

type Checked = Result<(AuthorizationRequest, Prompt), AuthorizationError>;

/// Reads the request, and returns it or its error with the target that is to learn of it.
fn read_request(
    state: &State,
    http: &Request<Bytes>,
) -> Result<(Checked, RedirectTarget), ErrorResponse> {
    let parameters = Parameters::from_request(http)?;
    let directory = state.directory();
    let client_id = parameters.get("client_id")?.unwrap_or_default();
    let client = directory.client(client_id).ok_or_else(unknown_client)?;
    if !client.has_user_grants() {
        return Err(ErrorResponse::bad_request(
            "unauthorized_client",
            "The client is not registered for sign-ins.",
        ));
    }
    let uri = client
        .redirect_uris
        .resolve(parameters.get("redirect_uri")?)
        .ok_or_else(|| {
            ErrorResponse::invalid_request(
                "The client has no default redirect URI, and the redirect_uri is not registered.",
            )
        })?;
    let mut redirect = RedirectTarget {
        uri: uri.to_owned(),
        state: None,
        mode: ResponseMode::Query,
    };
    let checked = request::read(&state.ims_settings(), client, &parameters, &mut redirect);
    Ok((checked, redirect))
}
