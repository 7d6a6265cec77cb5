//! The authorization endpoint, where a client sends the browser of a person who is to sign in.
//!
//! If the emulator does not know where to redirect to, it answers with an error page. The redirect
//! reports all other errors to the client.

use bytes::Bytes;
use http::Request;

use crate::behaviour::{Area, Behaviour, source};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::SignIn.documented(
        "authorize-redirect-uri",
        "The default replaces a redirect URI that is missing or not registered.",
        source::CONSOLE_USER,
    ),
    Area::SignIn.inferred(
        "authorize-error-page",
        "Without a known client and redirect URI the browser gets a page with the status 400.",
        "RFC 6749 §4.1.2.1 forbids the redirect",
    ),
    Area::SignIn.documented(
        "authorize-state-length",
        "A `state` of more than 4096 characters is an error, with the setting `short_state` one of more than 255. Its code, `invalid_request`, is inferred.",
        "Adobe Developer Console documentation, user authentication (2026); pages of 2019 say 255",
    ),
    Area::SignIn.standard(
        "authorize-response-type",
        "The response types are `code`, `token`, `id_token`, `id_token token`, `code id_token`; another one is `unsupported_response_type`.",
        "RFC 6749 §4.1.2.1, for the error; Adobe documents the five",
    ),
    Area::SignIn.matched(
        "authorize-device",
        "`response_type=device` with `device_id` gives a device token. Without `device_id` it is `invalid_request`, which is inferred.",
        "adobe/ims-go (2026)",
    ),
    Area::SignIn.standard(
        "authorize-unauthorized-client",
        "A client that is not registered for the response type gets `unauthorized_client`.",
        "RFC 6749 §4.1.2.1",
    ),
    Area::SignIn.documented(
        "authorize-response-mode",
        "`response_mode` is `query` or `fragment`; codes go into the query and tokens into the fragment by default.",
        "Adobe Developer Console documentation, user authentication (2026); the error `invalid_request` is inferred",
    ),
    Area::SignIn.standard(
        "authorize-scope",
        "A scope that the client does not have, or an id token without `openid`, is `invalid_scope`.",
        "RFC 6749 §4.1.2.1",
    ),
    Area::SignIn.standard(
        "authorize-nonce",
        "An id token needs `nonce`.",
        source::OPENID,
    ),
    Area::SignIn.documented(
        "authorize-pkce",
        "A public client must send `code_challenge`; S256 and plain are known, plain is the default.",
        "Adobe Developer Console documentation, user authentication (2026); the error is that of RFC 7636",
    ),
    Area::SignIn.inferred(
        "authorize-duplicates",
        "A parameter twice, or `prompt=none` with another value, is `invalid_request`.",
        "RFC 6749 §3.1, OpenID Connect Core 1.0",
    ),
    Area::SignIn.documented(
        "authorize-login-required",
        "`prompt=none` without a session is `login_required`.",
        source::CONSOLE_USER,
    ),
    Area::SignIn.standard(
        "authorize-cancelled",
        "A person who cancels causes `access_denied`.",
        "RFC 6749 §4.1.2.1",
    ),
    Area::SignIn.documented(
        "authorize-prompt-login",
        "A person who is signed in sees no page without `prompt=login` or `reauth=check`.",
        "Adobe Developer Console documentation, user authentication (2026); magento/adobe-ims sends `reauth=check`",
    ),
    Area::SignIn.inferred(
        "authorize-no-consent",
        "Nobody is asked for consent, so `consent_required` and `interaction_required` do not occur.",
        "a page of Adobe's own, which clients do not see",
    ),
    Area::SignIn.inferred(
        "authorize-no-password",
        "The sign-in page asks for an e-mail address alone.",
        "the people are made up",
    ),
];
