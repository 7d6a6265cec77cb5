//! The public half of the token key: as a key set, and as the certificate that `x5u` names.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::answer::{Answer, json, with_type};
use crate::certificate::{Validity, self_signed};
use crate::ims::TokenKey;
use crate::pem;
use crate::state::State;

#[derive(Serialize)]
struct KeySet {
    keys: [Key; 1],
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

/// The JSON Web Key Set at `/ims/keys`.
pub(crate) fn key_set(state: &State) -> Answer {
    let components = state.token_key.key.components();
    let key = Key {
        kty: "RSA",
        r#use: "sig",
        alg: "RS256",
        kid: TokenKey::KID,
        n: URL_SAFE_NO_PAD.encode(components.n),
        e: URL_SAFE_NO_PAD.encode(components.e),
    };
    json(StatusCode::OK, &KeySet { keys: [key] })
}

/// The certificate in PEM that the header of a token names.
pub(crate) fn key_certificate(state: &State) -> Answer {
    let token_key = &state.token_key;
    let pem = token_key.certificate.get_or_init(|| {
        let validity = Validity::one_year_from(state.clock.unix_seconds());
        let der = self_signed(&token_key.key, TokenKey::KID, validity);
        pem::encode(&der, pem::CERTIFICATE)
    });
    let content_type = HeaderValue::from_static("application/x-pem-file");
    with_type(StatusCode::OK, content_type, pem.clone())
}
