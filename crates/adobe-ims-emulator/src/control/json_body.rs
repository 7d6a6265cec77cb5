//! JSON request bodies, and the errors of what they ask for.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use serde::Deserialize;

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::content_type;
use crate::identities::registration_error::RegistrationError;

/// Reads the JSON body of a request, whatever its content type is.
pub(crate) fn read<'r, T: Deserialize<'r>>(http: &'r Request<Bytes>) -> Result<T, ErrorResponse> {
    let body = http.body();
    if body.trim_ascii().is_empty() {
        return Err(ErrorResponse::invalid_request(
            "The body is empty. Send a JSON object.",
        ));
    }
    if body.trim_ascii_start().starts_with(b"[") {
        // serde would take it for the fields in their order.
        let reason = "it is a list, and has to be a JSON object";
        return Err(ErrorResponse::invalid_request(wrong_value(".", reason)));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| unreadable(http.headers(), &error))?;
    deserializer.end().map_err(|error| {
        ErrorResponse::invalid_request(format!("The body goes on after its JSON: {error}."))
    })?;
    Ok(value)
}

/// Reads the JSON body of a request that may have none.
pub(crate) fn read_optional<'r, T: Default + Deserialize<'r>>(
    http: &'r Request<Bytes>,
) -> Result<T, ErrorResponse> {
    if http.body().trim_ascii().is_empty() {
        return Ok(T::default());
    }
    read(http)
}

/// Returns the response to a body that is not the JSON that the path takes.
fn unreadable(
    headers: &HeaderMap,
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> ErrorResponse {
    let cause = error.inner();
    let form = content_type(headers).filter(|name| is_form(name));
    let description = match form {
        Some(name) if !cause.is_data() => format!(
            "The body is a form ({name}). Send a JSON object instead, such as by \
             curl --json '{{…}}'. Read as JSON: {cause}."
        ),
        _ if cause.is_data() => wrong_value(&error.path().to_string(), &cause.to_string()),
        _ => format!("The body is no JSON: {cause}."),
    };
    ErrorResponse::invalid_request(description)
}

/// Returns the response to a value that the path does not take. `place` is such as `then[0].status`.
pub(crate) fn wrong_value(place: &str, reason: &str) -> String {
    match place {
        "." | "" => format!("The body has a wrong value: {reason}."),
        place => format!("The body has a wrong value at {place}: {reason}."),
    }
}

fn is_form(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "multipart/form-data"]
        .iter()
        .any(|form| media_type.eq_ignore_ascii_case(form))
}

/// A registration, a change or a sign-in that failed: 404 for what is not registered, 409 for what is
/// taken, otherwise 400.
impl From<RegistrationError> for ErrorResponse {
    fn from(error: RegistrationError) -> Self {
        use RegistrationError as Error;
        let description = format!("The request cannot be carried out: {error}.");
        match error {
            Error::UnknownClientId(_) | Error::UnknownAccount(_) | Error::UnknownPerson(_) => {
                not_found(description)
            }
            Error::ClientIdTaken(_)
            | Error::TechnicalAccountIdTaken(_)
            | Error::OtherTechnicalAccount(_)
            | Error::PublicClient(_)
            | Error::PersonTaken(_)
            | Error::CertificateTaken(_)
            | Error::TooManySecrets
            | Error::NoKeyLeft => Self::new(StatusCode::CONFLICT, "conflict", description),
            _ => Self::invalid_request(description),
        }
    }
}

/// Returns a 404 of something that is not registered.
pub(crate) fn not_found(description: String) -> ErrorResponse {
    ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
}

/// Returns the secrets of a new client, which has `client_secret` or `client_secrets`.
pub(crate) fn merged_secrets(
    one: Option<String>,
    several: Option<Vec<String>>,
) -> Result<Vec<String>, ErrorResponse> {
    match (one, several) {
        (Some(_), Some(_)) => {
            let reason = wrong_value("client_secrets", "it stands beside client_secret");
            Err(ErrorResponse::invalid_request(reason))
        }
        (one, several) => Ok(several.unwrap_or_else(|| one.into_iter().collect())),
    }
}
