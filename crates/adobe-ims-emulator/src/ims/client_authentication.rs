//! Client authentication, by parameters or HTTP Basic.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::ims_settings::ImsSettings;

/// The client id and the client secret of a request.
///
/// Parameters can be read in one way. HTTP Basic can be read in two ways: RFC 6749 §2.3.1
/// form-encodes id and secret before it joins them, which some clients do and others do not.
pub(crate) struct ClientAuthentication(Vec<Reading>);

/// One way to read the client id and the client secret.
struct Reading {
    id: String,
    secret: String,
}

impl ClientAuthentication {
    /// Reads the client of a request. The setting `basic_authentication` says whether HTTP Basic
    /// counts: Adobe's older documentation says that it does not.
    pub(crate) fn from_request(
        settings: &ImsSettings,
        headers: &HeaderMap,
        parameters: &Parameters,
    ) -> Result<Self, ErrorResponse> {
        let id = parameters.get("client_id")?;
        let secret = parameters.get("client_secret")?;
        let basic = basic_credentials(headers).filter(|_| settings.basic_authentication);
        let Some(raw) = basic else {
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            return Ok(Self(vec![Reading {
                id: text(id),
                secret: text(secret),
            }]));
        };
        let decoded = Reading {
            id: form_decode(&raw.id),
            secret: form_decode(&raw.secret),
        };
        let mut readings = vec![decoded, raw];
        readings.retain(|reading| {
            id.is_none_or(|id| id == reading.id)
                && secret.is_none_or(|secret| secret == reading.secret)
        });
        if readings.is_empty() {
            return Err(ErrorResponse::invalid_request(
                "The client authenticates twice with different values.",
            ));
        }
        Ok(Self(readings))
    }

    /// Returns whether the request has a secret.
    pub(crate) fn has_secret(&self) -> bool {
        self.0.iter().any(|reading| !reading.secret.is_empty())
    }

    /// Returns whether the client is registered.
    pub(crate) fn is_known(&self, directory: &Directory) -> bool {
        let mut readings = self.0.iter();
        readings.any(|reading| directory.client(&reading.id).is_some())
    }

    /// Returns the authenticated client. A wrong secret, a missing one, and one for a public client
    /// are an `invalid_client` with the status `wrong_secret`.
    pub(crate) fn authenticate<'d>(
        &self,
        directory: &'d Directory,
        wrong_secret: StatusCode,
    ) -> Result<&'d Client, ErrorResponse> {
        let mut readings = self.0.iter();
        let client = readings
            .find_map(|reading| directory.client(&reading.id))
            .ok_or_else(unknown_client)?;
        let authenticated = if client.is_public() {
            self.0.iter().all(|reading| reading.secret.is_empty())
        } else {
            self.0
                .iter()
                .any(|reading| reading.id == client.id && client.secrets.contains(&reading.secret))
        };
        if authenticated {
            Ok(client)
        } else {
            let description = "invalid client_secret parameter";
            Err(ErrorResponse::new(
                wrong_secret,
                "invalid_client",
                description,
            ))
        }
    }
}

/// Returns the error of a client id that is not registered (observed).
pub(crate) fn unknown_client() -> ErrorResponse {
    ErrorResponse::bad_request("invalid_client", "invalid client_id parameter")
}

fn basic_credentials(headers: &HeaderMap) -> Option<Reading> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    Some(Reading {
        id: id.to_owned(),
        secret: secret.to_owned(),
    })
}

/// Decodes a form-encoded text. A text with a raw `&` or `=` was not encoded, and is returned as it
/// is.
fn form_decode(text: &str) -> String {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, value)), None) if value.is_empty() && !text.contains('=') => name.into_owned(),
        _ => text.to_owned(),
    }
}
