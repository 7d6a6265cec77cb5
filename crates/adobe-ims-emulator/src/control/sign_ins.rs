//! `POST /_emu/sign_ins`: sign-ins without a browser.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::sign_in::SignIn;
use crate::state::State;

/// The fields of a [`SignIn`], and the id of a device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInRequest {
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
enum SignInResponse {
    Code(String),
    DeviceToken(String),
}

/// Handles `POST /_emu/sign_ins`.
pub(crate) fn sign_in(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: SignInRequest = read(http)?;
    let mut sign_in = SignIn::new(request.client_id, request.email).scopes(request.scopes);
    if let Some(uri) = request.redirect_uri {
        sign_in = sign_in.redirect_uri(uri);
    }
    if let Some(challenge) = request.code_challenge {
        sign_in = sign_in.code_challenge(challenge);
    }
    if let Some(nonce) = request.nonce {
        sign_in = sign_in.nonce(nonce);
    }
    let issued = match request.device_id {
        None => sign_in.issue_code(state).map(SignInResponse::Code),
        Some(id) => sign_in
            .issue_device_token(state, &id)
            .map(SignInResponse::DeviceToken),
    };
    let body = issued?;
    Ok(json(StatusCode::CREATED, &body))
}
