//! The cause of a refusal, by its code and its description.

use crate::error::Error;
use crate::error::Problem;

/// Returns the problem of a refusal. Adobe's published table differs from the responses that people receive; both
/// are known here.
pub(super) fn problem(code: &str, description: &str) -> Problem {
    let description = description.to_ascii_lowercase();
    let says = |part: &str| description.contains(part);
    match code {
        "invalid_client" if says("client_secret") => Problem::ClientSecretWrong,
        "invalid_client" if says("client_id") => Problem::ClientUnknown,
        "invalid_client" => Problem::ClientInvalid,
        "unauthorized_client" => Problem::GrantNotAllowed,
        "invalid_signature" => Problem::SignatureNotBound,
        "invalid_jti" => Problem::AssertionReplayed,
        _ if says("signature to any of the bindings") => Problem::SignatureNotBound,
        _ if says("metascopes in the jwt are not a subset") => Problem::MetascopeNotBound,
        _ if says("must contain a valid claims for audience") => Problem::MetascopeNotBound,
        "invalid_scope" => Problem::ScopeInvalid,
        "invalid_token" if says("expired") => Problem::AssertionExpired,
        "invalid_token" if says("not be decoded") || says("incorrectly formatted") => {
            Problem::AssertionMalformed
        }
        "bad_request" => Problem::IdentityMalformed,
        _ => Problem::RefusedOtherwise,
    }
}

/// Replaces causes that only an assertion can have, for requests that sent none.
pub(super) fn without_assertion(error: Error) -> Error {
    match (error.problem(), error.server()) {
        (
            Problem::IdentityMalformed | Problem::AssertionExpired | Problem::AssertionMalformed,
            Some(server),
        ) => Error::new(Problem::RefusedOtherwise, error.to_string()).with_server(server.clone()),
        _ => error,
    }
}
