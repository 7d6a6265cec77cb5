//! How a client says who it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::http::parameters::Parameters;
use crate::http::response::ErrorResponse;
use crate::identities::client::Client;
use crate::identities::directory::Directory;

/// The readings of what a client says of itself: id and secret.
///
/// Parameters have one reading. HTTP Basic has two: RFC 6749 §2.3.1 form-encodes id and secret
/// before they are joined, which some clients do and others do not.
pub(crate) struct ClientAuthentication(Vec<(String, String)>);

impl ClientAuthentication {
    pub(crate) fn from_request(
        headers: &HeaderMap,
        parameters: &Parameters,
    ) -> Result<Self, ErrorResponse> {
        let id = parameters.one("client_id")?;
        let secret = parameters.one("client_secret")?;
        let Some((basic_id, basic_secret)) = basic(headers) else {
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            return Ok(Self(vec![(text(id), text(secret))]));
        };
        let mut readings = vec![
            (form_decoded(&basic_id), form_decoded(&basic_secret)),
            (basic_id, basic_secret),
        ];
        readings.retain(|reading| {
            id.is_none_or(|id| id == reading.0) && secret.is_none_or(|secret| secret == reading.1)
        });
        if readings.is_empty() {
            return Err(ErrorResponse::invalid_request(
                "The client authenticates twice with different values.",
            ));
        }
        Ok(Self(readings))
    }

    /// The client that it is; one that fails to know its secret, or says one that it does not have,
    /// is refused with the status `wrong_secret`.
    pub(crate) fn authenticate<'d>(
        &self,
        directory: &'d Directory,
        wrong_secret: StatusCode,
    ) -> Result<&'d Client, ErrorResponse> {
        let mut ids = self.0.iter().map(|(id, _)| id.as_str());
        let client = ids.find_map(|id| directory.client(id)).ok_or_else(|| {
            ErrorResponse::bad_request("invalid_client", "invalid client_id parameter")
        })?;
        let known = if client.is_public() {
            self.0.iter().all(|(_, secret)| secret.is_empty())
        } else {
            self.knows(&client.id, &client.secrets)
        };
        if known {
            Ok(client)
        } else {
            let text = "invalid client_secret parameter";
            Err(ErrorResponse::new(wrong_secret, "invalid_client", text))
        }
    }

    fn knows(&self, id: &str, secrets: &[String]) -> bool {
        self.0
            .iter()
            .any(|(own, secret)| own == id && secrets.contains(secret))
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn form_decoded(text: &str) -> String {
    // A name without a value: what `&` and `=` would separate was encoded, or was never encoded.
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, value)), None) if value.is_empty() && !text.contains('=') => name.into_owned(),
        _ => text.to_owned(),
    }
}
