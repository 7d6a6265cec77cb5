//! The errors of IMS that a fault can send.

use http::StatusCode;

use crate::http::error_response::ErrorResponse;

/// Each code with its status and a description. Those of `invalid_client`, `invalid_token`,
/// `invalid_scope` and `internal_error` were observed at the live service or are in the tests of
/// published clients. The other descriptions are those of the emulator.
const ERRORS: [(&str, StatusCode, &str); 13] = [
    (
        "access_denied",
        StatusCode::BAD_REQUEST,
        "The code is not a valid code of this client.",
    ),
    (
        "bad_request",
        StatusCode::BAD_REQUEST,
        "The issuer or the subject of the JWT is malformed.",
    ),
    (
        "insufficient_scope",
        StatusCode::FORBIDDEN,
        "The token lacks the scope openid.",
    ),
    (
        "internal_error",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Please try again later",
    ),
    (
        "invalid_client",
        StatusCode::BAD_REQUEST,
        "invalid client_id parameter",
    ),
    (
        "invalid_grant",
        StatusCode::BAD_REQUEST,
        "Invalid or expired refresh token.",
    ),
    (
        "invalid_jti",
        StatusCode::BAD_REQUEST,
        "The binding demands a jti that was not used before.",
    ),
    (
        "invalid_request",
        StatusCode::BAD_REQUEST,
        "The parameter grant_type is missing.",
    ),
    (
        "invalid_scope",
        StatusCode::BAD_REQUEST,
        "Invalid scope value",
    ),
    (
        "invalid_token",
        StatusCode::BAD_REQUEST,
        "Could not match JWT signature to any of the bindings",
    ),
    (
        "not_found",
        StatusCode::NOT_FOUND,
        "The emulator has nothing at this path.",
    ),
    (
        "unauthorized_client",
        StatusCode::BAD_REQUEST,
        "The client is not registered for sign-ins.",
    ),
    (
        "unsupported_grant_type",
        StatusCode::BAD_REQUEST,
        "The emulator does not know this grant_type at this path.",
    ),
];

/// Returns the response of IMS with this error code.
pub(crate) fn ims_error(code: &str) -> Option<ErrorResponse> {
    let mut errors = ERRORS.into_iter();
    let (code, status, description) = errors.find(|(own, ..)| *own == code)?;
    Some(ErrorResponse::new(status, code, description))
}

/// Returns the known codes, separated by commas.
pub(crate) fn known_codes() -> String {
    ERRORS.map(|(code, ..)| code).join(", ")
}
