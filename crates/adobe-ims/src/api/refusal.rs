//! The cause of a refusal, by its code and its description.

use crate::error::Problem;
use crate::error::redact::RawText;
use crate::error::{Error, ErrorClass};

/// Returns the problem of a refusal. Adobe's published table differs from the responses that people receive; both
/// are known here.
pub(super) fn problem(code: &RawText, description: &RawText) -> Problem {
    let says = |part: &str| description.says(part);
    if code.is("invalid_client") {
        return if says("client_secret") {
            Problem::ClientSecretWrong
        } else if says("client_id") {
            Problem::ClientUnknown
        } else {
            Problem::ClientInvalid
        };
    }
    let by_code = [
        ("unauthorized_client", Problem::GrantNotAllowed),
        ("invalid_signature", Problem::SignatureNotBound),
        ("invalid_jti", Problem::AssertionReplayed),
    ];
    if let Some((_, problem)) = by_code.iter().find(|(known, _)| code.is(known)) {
        return *problem;
    }
    if says("signature to any of the bindings") {
        Problem::SignatureNotBound
    } else if says("metascopes in the jwt are not a subset")
        || says("must contain a valid claims for audience")
    {
        Problem::MetascopeNotBound
    } else if code.is("invalid_scope") {
        Problem::ScopeInvalid
    } else if code.is("invalid_token") && says("expired") {
        Problem::AssertionExpired
    } else if code.is("invalid_token") && (says("not be decoded") || says("incorrectly formatted"))
    {
        Problem::AssertionMalformed
    } else if code.is("bad_request") {
        Problem::IdentityMalformed
    } else {
        Problem::RefusedOtherwise
    }
}

/// Puts what was odd about the credentials before the message of a refusal.
pub(super) fn with_notes(error: Error, notes: &[String]) -> Error {
    let server = error
        .server()
        .filter(|_| error.class() == ErrorClass::Refused);
    match server {
        Some(server) if !notes.is_empty() => {
            let message = format!("{}; {error}", notes.join("; "));
            Error::new(error.problem(), message).with_server(server.clone())
        }
        _ => error,
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
