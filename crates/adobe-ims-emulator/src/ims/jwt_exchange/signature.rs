//! The check of an assertion's signature.

use crate::crypto::signing_key::{Hash, verify_signature_with};
use crate::http::error_response::ErrorResponse;
use crate::identities::client::Binding;
use crate::ims::jwt_exchange::assertion::{Algorithm, Assertion};
use crate::ims_settings::{ImsSettings, SignatureError};

/// Checks that one of the certificates of the binding verifies the signature, with the algorithm in
/// the header. Assertions have no key id, so every certificate is tried. Expired ones do not count.
/// `now` is in milliseconds.
pub(crate) fn check_signature(
    binding: &Binding,
    assertion: &Assertion<'_>,
    settings: &ImsSettings,
    now: i128,
) -> Result<(), ErrorResponse> {
    let accepted = match assertion.algorithm {
        Algorithm::Rsa(hash) if hash == Hash::Sha256 || settings.rs384_rs512 => hash,
        Algorithm::Rsa(_) | Algorithm::Other => return Err(wrong_algorithm()),
    };
    let is_signed_with = |hash| is_signed(binding, assertion, hash, now);
    if is_signed_with(accepted) {
        return Ok(());
    }
    let mut others = Hash::ALL.into_iter().filter(|hash| *hash != accepted);
    Err(if others.any(is_signed_with) {
        wrong_algorithm()
    } else {
        no_match(settings)
    })
}

/// Returns the error of an assertion that no certificate of the binding verifies.
pub(crate) fn no_match(settings: &ImsSettings) -> ErrorResponse {
    const OBSERVED: &str = "Could not match JWT signature to any of the bindings";
    let (error, description) = match settings.signature_error {
        SignatureError::InvalidToken => ("invalid_token", OBSERVED),
        SignatureError::InvalidTokenNewer => (
            "invalid_token",
            "Could not match signature to any of the bindings",
        ),
        SignatureError::InvalidSignature => ("invalid_signature", OBSERVED),
    };
    ErrorResponse::bad_request(error, description)
}

fn wrong_algorithm() -> ErrorResponse {
    ErrorResponse::bad_request(
        "invalid_signature",
        "The signature of the JWT does not fit the alg in its header.",
    )
}

fn is_signed(binding: &Binding, assertion: &Assertion<'_>, hash: Hash, now: i128) -> bool {
    let mut valid = binding
        .certificates
        .iter()
        .filter(|certificate| i128::from(certificate.not_after) * 1000 >= now);
    valid.any(|certificate| {
        verify_signature_with(
            hash,
            &certificate.public_key,
            assertion.signing_input,
            &assertion.signature,
        )
    })
}
