//! Authorize: where a browser is sent so that a person signs in.
//!
//! A request of which it is not certain where its answer may go gets a page that says so, with the
//! status 400: the client unknown or not one that people sign in with, or no redirect URI at all.
//! Everything else is told to the client, by redirect:
//!
//! | Case | `error` |
//! |---|---|
//! | `state` longer than 4096 characters (documented limit) | `invalid_request` (inferred) |
//! | `response_type` not one of the documented five | `unsupported_response_type` (RFC 6749) |
//! | client not registered for what the response type needs | `unauthorized_client` (RFC 6749) |
//! | `response_mode` neither `query` nor `fragment` | `invalid_request` (inferred) |
//! | a scope beyond the client's, or an id token without `openid` | `invalid_scope` (RFC 6749) |
//! | an id token in the redirect without `nonce` | `invalid_request` (OpenID Connect) |
//! | `code_challenge` malformed, or missing for a public client (documented) | `invalid_request` (RFC 7636) |
//! | a parameter given twice, or `prompt=none` with something else | `invalid_request` (inferred; OpenID Connect) |
//! | `prompt=none` and nobody is signed in | `login_required` (documented) |
//! | the person cancels | `access_denied` (RFC 6749) |
//!
//! A redirect URI that is missing or not registered is replaced by the default (documented by
//! Adobe). Who is signed in is not asked again, unless `prompt=login` or `reauth=check` is given. The
//! emulator asks for no consent, so `consent_required` and `interaction_required` do not occur.

use bytes::Bytes;
use http::Request;

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response};
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims::authorize::pages;
use crate::ims::authorize::redirect::{Redirect, ResponseType};
use crate::ims::authorize::sign_in_form::signed_in;
use crate::sessions::authorization::CodeChallenge;
use crate::state::State;
use crate::tokens::scopes::{self, OPENID};

/// The longest `state` (documented by Adobe), in characters.
const STATE_LIMIT: usize = 4096;

/// What a client wants of a sign-in, after all checks.
#[derive(Clone)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client_id: String,
    pub(crate) redirect: Redirect,
    pub(crate) response_type: ResponseType,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<CodeChallenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) resources: Vec<String>,
}

/// When the person is asked.
#[derive(PartialEq, Eq)]
enum Prompt {
    IfNeeded,
    Always,
    Never,
}

impl Prompt {
    /// `prompt=none` goes with nothing else (OpenID Connect Core §3.1.2.1).
    fn read(prompt: &str, reauth: bool) -> Result<Self, AuthorizationError> {
        let names: Vec<&str> = prompt.split(' ').filter(|name| !name.is_empty()).collect();
        match (names.contains(&"none"), reauth || names.contains(&"login")) {
            (true, _) if names.len() > 1 => {
                let text = "The prompt is none and something else.";
                Err(AuthorizationError("invalid_request", text))
            }
            (true, true) => Err(LOGIN_REQUIRED),
            (true, false) => Ok(Self::Never),
            (false, true) => Ok(Self::Always),
            (false, false) => Ok(Self::IfNeeded),
        }
    }
}

/// An error for the client.
struct AuthorizationError(&'static str, &'static str);

const LOGIN_REQUIRED: AuthorizationError = AuthorizationError(
    "login_required",
    "Nobody is signed in, or they have to sign in again.",
);

/// Answers a browser that a client has sent.
pub(crate) fn authorize(state: &State, request: &Request<Bytes>) -> Response {
    match ask(state, request) {
        Ok(answer) => answer,
        Err(refusal) => pages::refused(&refusal),
    }
}

fn ask(state: &State, request: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let parameters = &Parameters::from_request(request)?;
    let directory = state.directory();
    let client = parameters.one("client_id")?.unwrap_or_default();
    let client = directory.client(client).ok_or_else(|| {
        ErrorResponse::bad_request("invalid_client", "invalid client_id parameter")
    })?;
    if !client.has_user_grants() {
        return Err(ErrorResponse::bad_request(
            "unauthorized_client",
            "The client is not registered for people to sign in with.",
        ));
    }
    let redirect_uri = client
        .redirect_uris
        .resolve(parameters.one("redirect_uri")?);
    let redirect_uri = redirect_uri.ok_or_else(|| {
        ErrorResponse::invalid_request(
            "The client has no redirect URI, or none that is like the one given.",
        )
    })?;
    let mut redirect = Redirect::to(redirect_uri);
    let checked = check(client, parameters, &mut redirect);
    drop(directory);
    let (wanted, prompt) = match checked {
        Ok(checked) => checked,
        Err(AuthorizationError(error, description)) => {
            return Ok(redirect.error(error, description));
        }
    };
    let person = signed_in(state, request).filter(|_| prompt != Prompt::Always);
    Ok(match person {
        Some(person) => wanted.agreed(state, request, &person),
        None if prompt == Prompt::Never => redirect.error(LOGIN_REQUIRED.0, LOGIN_REQUIRED.1),
        None => pages::form(state, wanted, None),
    })
}

/// What the parameters ask for. `redirect` learns on the way how it has to answer.
fn check(
    client: &Client,
    parameters: &Parameters,
    redirect: &mut Redirect,
) -> Result<(AuthorizationRequest, Prompt), AuthorizationError> {
    let one = |name: &'static str| {
        parameters
            .one(name)
            .map(|value| value.map(str::to_owned))
            .map_err(|_| AuthorizationError("invalid_request", "A parameter is given twice."))
    };
    let state = one("state")?;
    if state
        .as_ref()
        .is_some_and(|text| text.chars().count() > STATE_LIMIT)
    {
        let text = "The state is longer than 4096 characters.";
        return Err(AuthorizationError("invalid_request", text));
    }
    redirect.state = state;
    let response_type = one("response_type")?;
    let response_type = ResponseType::parse(response_type.as_deref().unwrap_or("code")).ok_or(
        AuthorizationError(
            "unsupported_response_type",
            "The response_type is none that IMS supports.",
        ),
    )?;
    redirect.in_fragment = response_type.in_fragment();
    match one("response_mode")?.as_deref() {
        None => {}
        Some("query") => redirect.in_fragment = false,
        Some("fragment") => redirect.in_fragment = true,
        Some(_) => {
            let text = "The response_mode is neither query nor fragment.";
            return Err(AuthorizationError("invalid_request", text));
        }
    }
    let grant = if response_type.code {
        GrantType::AuthorizationCode
    } else {
        GrantType::Implicit
    };
    if !client.is_allowed(grant) {
        let text = "The client is not registered for this response_type.";
        return Err(AuthorizationError("unauthorized_client", text));
    }
    let scopes = scopes::granted(&one("scope")?.unwrap_or_default(), &client.scopes)
        .map_err(|_| AuthorizationError("invalid_scope", "Invalid scope value"))?;
    let nonce = one("nonce")?;
    if response_type.id_token {
        if !scopes::contains(&scopes, OPENID) {
            let text = "An id token needs the scope openid.";
            return Err(AuthorizationError("invalid_scope", text));
        }
        if nonce.is_none() {
            let text = "An id token in a redirect needs a nonce.";
            return Err(AuthorizationError("invalid_request", text));
        }
    }
    let method = one("code_challenge_method")?;
    let challenge = match one("code_challenge")? {
        Some(text) => Some(CodeChallenge::new(&text, method.as_deref()).ok_or(
            AuthorizationError(
                "invalid_request",
                "The code_challenge is none of its method, or its method is unknown.",
            ),
        )?),
        None => None,
    };
    if response_type.code && client.is_public() && challenge.is_none() {
        let text = "A public client has to send a code_challenge.";
        return Err(AuthorizationError("invalid_request", text));
    }
    let reauth = one("reauth")?.as_deref() == Some("check");
    let prompt = Prompt::read(&one("prompt")?.unwrap_or_default(), reauth)?;
    let wanted = AuthorizationRequest {
        client_id: client.id.clone(),
        redirect: redirect.clone(),
        response_type,
        scopes,
        challenge,
        nonce,
        resources: parameters.all("resource").map(str::to_owned).collect(),
    };
    Ok((wanted, prompt))
}
