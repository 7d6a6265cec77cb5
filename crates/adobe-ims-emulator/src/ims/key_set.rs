//! The public keys of the tokens: as a key set, and as the certificates that `x5u` names.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::crypto::certificate::{Validity, self_signed};
use crate::crypto::pem;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, with_content_type};
use crate::state::State;
use crate::tokens::token_keys::TokenKey;

#[derive(Serialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Serialize)]
struct Key {
    kty: &'static str,
    r#use: &'static str,
    alg: &'static str,
    kid: &'static str,
    n: String,
    e: String,
}

impl From<&TokenKey> for Key {
    fn from(token_key: &TokenKey) -> Self {
        let components = token_key.key().components();
        Self {
            kty: "RSA",
            r#use: "sig",
            alg: "RS256",
            kid: token_key.kid,
            n: URL_SAFE_NO_PAD.encode(components.n),
            e: URL_SAFE_NO_PAD.encode(components.e),
        }
    }
}

/// Returns the JSON Web Key Set at `/ims/keys`.
pub(crate) fn key_set(state: &State) -> Response {
    let keys = state.token_keys.all().map(Key::from).into();
    json(StatusCode::OK, &KeySet { keys })
}

/// Returns the certificate, in PEM, of the file name in the header of a token.
pub(crate) fn key_certificate(state: &State, file: &str) -> Result<Response, ErrorResponse> {
    let token_key = state.token_keys.by_certificate_file(file);
    let token_key = token_key.ok_or_else(ErrorResponse::not_found)?;
    let pem = token_key.certificate.get_or_init(|| {
        let validity = Validity::one_year_from(state.config.clock.unix_seconds());
        let der = self_signed(token_key.key(), token_key.kid, validity);
        pem::encode(&der, pem::CERTIFICATE)
    });
    let content_type = HeaderValue::from_static("application/x-pem-file");
    Ok(with_content_type(StatusCode::OK, content_type, pem.clone()))
}
