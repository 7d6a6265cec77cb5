//! `POST /ims/register`: registers a client (RFC 7591).

use serde::Serialize;
use serde_json::Value;

use super::{ImsClient, refusal, request, response};
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result, ServerResponse};
use crate::util::secret::Secret;

const PATH: &str = "/ims/register";

/// The client that a [registration](ImsClient::register) creates.
///
/// ```
/// use adobe_ims::api::Registration;
///
/// let registration = Registration::new("my tool")
///     .redirect_uris(["http://127.0.0.1:8888".to_owned()])
///     .scopes(["openid".to_owned()]);
/// ```
#[derive(Clone, Debug)]
pub struct Registration {
    name: String,
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
}

impl Registration {
    /// Creates a registration of a client with this name (`client_name`), without redirect URIs and scopes.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            redirect_uris: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Sets the redirect URIs (`redirect_uris`).
    #[must_use]
    pub fn redirect_uris(mut self, uris: impl IntoIterator<Item = String>) -> Self {
        self.redirect_uris = uris.into_iter().collect();
        self
    }

    /// Sets the scopes that the client may request (`scope`, separated by blanks; left out when there are none).
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = String>) -> Self {
        self.scopes = scopes.into_iter().collect();
        self
    }

    fn to_json(&self) -> Vec<u8> {
        let request = RegistrationRequest {
            client_name: &self.name,
            redirect_uris: &self.redirect_uris,
            scope: self.scopes.join(" "),
        };
        serde_json::to_vec(&request).expect("texts are JSON")
    }
}

/// A client that IMS has registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisteredClient {
    /// `client_id`.
    pub client_id: Option<String>,
    /// `client_secret`, for a confidential client.
    pub client_secret: Option<Secret>,
    /// The whole response, one line of JSON. It may hold secrets under any name.
    pub raw: Secret,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

#[derive(Serialize)]
struct RegistrationRequest<'a> {
    client_name: &'a str,
    redirect_uris: &'a [String],
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

impl ImsClient {
    /// Registers a client (RFC 7591).
    ///
    /// It sends one POST of JSON to `/ims/register` with `client_name`, `redirect_uris` and `scope`, the scopes
    /// separated by blanks. Every 2xx status is a success (relied upon by a published client). Adobe does not publish
    /// the fields of the response; [`raw`](RegisteredClient::raw) has all of them.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn register(
        &self,
        registration: &Registration,
        environment: &Environment,
    ) -> Result<RegisteredClient> {
        let endpoint = environment.endpoint(PATH);
        let request = request::post_json(&endpoint, registration.to_json())?;
        let response = self.transport.send(request::sent_once(request)).await?;
        let response =
            response::read(&endpoint, &response, &[], self.clock.now()).map_err(explain)?;
        let text = |name: &str| response.body.get(name).and_then(Value::as_str);
        Ok(RegisteredClient {
            client_id: text("client_id").map(|id| response.redactor.server_text(id).into()),
            client_secret: text("client_secret").map(Secret::new),
            raw: Secret::new(Value::Object(response.body).to_string()),
            server: response.server,
        })
    }
}

/// Recognises the codes of RFC 7591. Adobe does not publish those of IMS.
fn explain(error: Error) -> Error {
    let server = error.server().cloned().unwrap_or_default();
    match server.code.as_deref() {
        Some("invalid_redirect_uri" | "invalid_client_metadata")
            if error.class() == ErrorClass::Refused =>
        {
            Error::new(Problem::RegistrationRefused, error.to_string()).with_server(server)
        }
        _ => refusal::without_assertion(error),
    }
}
