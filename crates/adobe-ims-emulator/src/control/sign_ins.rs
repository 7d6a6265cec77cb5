//! Signing people in from outside, without a browser.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use super::{read, refused};
use crate::http::response::{ErrorResponse, Response, json};
use crate::sign_in::SignIn;
use crate::state::State;

/// The fields of [`SignIn`], and the device that is to be registered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    client_id: String,
    email: String,
    #[serde(default)]
    scopes: Vec<String>,
    redirect_uri: Option<String>,
    code_challenge: Option<String>,
    nonce: Option<String>,
    device_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum SignedIn {
    Code(String),
    DeviceToken(String),
}

/// `POST /_emu/sign_ins`
pub(crate) fn sign_in(state: &State, request: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let wanted: Wanted = read(request)?;
    let mut sign_in = SignIn::new(wanted.client_id, wanted.email).scopes(wanted.scopes);
    if let Some(uri) = wanted.redirect_uri {
        sign_in = sign_in.redirect_uri(uri);
    }
    if let Some(challenge) = wanted.code_challenge {
        sign_in = sign_in.code_challenge(challenge);
    }
    if let Some(nonce) = wanted.nonce {
        sign_in = sign_in.nonce(nonce);
    }
    let signed_in = match wanted.device_id {
        None => sign_in.code(state).map(SignedIn::Code),
        Some(id) => sign_in.device_token(state, &id).map(SignedIn::DeviceToken),
    };
    let signed_in = signed_in.map_err(|error| refused(&error))?;
    Ok(json(StatusCode::CREATED, &signed_in))
}
