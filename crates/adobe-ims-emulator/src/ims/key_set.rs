//! The public keys of the tokens: as a key set, and as the certificates that `x5u` names.

use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
use crate::crypto::certificate::{Validity, self_signed};
use crate::crypto::pem;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, with_content_type};
use crate::state::State;
use crate::tokens::token_keys::{KeyCertificate, TokenKey};

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
    let now = state.config.clock.unix_seconds();
    let content_type = HeaderValue::from_static("application/x-pem-file");
    let pem = certificate_at(token_key, now);
    Ok(with_content_type(StatusCode::OK, content_type, pem))
}

/// Returns the last certificate of a key, or a new one if the last is not valid at this second.
fn certificate_at(token_key: &TokenKey, now: i64) -> String {
    let mut latest = token_key
        .certificate
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(certificate) = &*latest
        && certificate.period.contains(&now)
    {
        return certificate.pem.clone();
    }
    let validity = Validity::one_year_from(now);
    let der = self_signed(token_key.key(), token_key.kid, validity);
    let pem = pem::encode(&der, pem::CERTIFICATE);
    *latest = Some(KeyCertificate {
        pem: pem.clone(),
        period: now..=validity.not_after(),
    });
    pem
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Discovery.documented(
        "keys",
        "`/ims/keys` is a key set of RSA keys for signatures with RS256.",
        source::CONSOLE_USER,
    ),
    Area::Discovery.observed(
        "keys-verify-access-tokens",
        "The key of access tokens is in it.",
        "`jose` with this key set verifies access tokens of IMS; one client notes the contrary",
    ),
    Area::Discovery.matched(
        "keys-as-certificates",
        "The file that `x5u` names is at `/keys/prod/` and `/keys/nonprod/`, in PEM. At Adobe it is on `static.adobelogin.com`.",
        "magento/adobe-ims; adobe/aio-lib-ims-jwt (2022)",
    ),
];
