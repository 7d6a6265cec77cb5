//! JSON request bodies, and the errors of what they ask for.

use bytes::Bytes;
use http::Request;
use serde::Deserialize;

use crate::http::error_response::ErrorResponse;
use crate::identities::registration_error::RegistrationError;

/// Reads the JSON body of a request.
pub(crate) fn read<'r, T: Deserialize<'r>>(http: &'r Request<Bytes>) -> Result<T, ErrorResponse> {
    serde_json::from_slice(http.body()).map_err(|error| {
        ErrorResponse::invalid_request(format!("The body cannot be read: {error}."))
    })
}

/// Returns the response to a registration or a sign-in that failed.
pub(crate) fn registration_failed(error: &RegistrationError) -> ErrorResponse {
    ErrorResponse::invalid_request(format!("The request cannot be carried out: {error}."))
}
