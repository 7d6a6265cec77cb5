//! Required parameters of the endpoints outside OAuth.

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;

/// Returns a parameter, or the 400 `bad_request` with which these endpoints answer if it is
/// missing.
pub(crate) fn required<'a>(
    parameters: &'a Parameters,
    name: &'a str,
) -> Result<&'a str, ErrorResponse> {
    parameters.get(name)?.ok_or_else(|| missing(name))
}

/// Returns the error of a missing parameter.
pub(crate) fn missing(name: &str) -> ErrorResponse {
    ErrorResponse::bad_request("bad_request", format!("The parameter {name} is missing."))
}
