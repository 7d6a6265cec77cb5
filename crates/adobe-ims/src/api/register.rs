//! `POST /ims/register`: a new client, registered by itself.

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use serde::Serialize;
use serde_json::Value;

use super::{ImsClient, response};
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result, ServerResponse};
use crate::transport::Body;
use crate::util::secret::Secret;

const PATH: &str = "/ims/register";

/// The client that a [registration](ImsClient::register) creates.
#[derive(Clone, Debug)]
pub struct Registration {
    name: String,
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
}

impl Registration {
    /// Describes a client of this name (`client_name`), without redirect URIs and scopes.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            redirect_uris: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Lets browsers bring codes to these addresses (`redirect_uris`).
    #[must_use]
    pub fn redirect_uris(mut self, uris: impl IntoIterator<Item = String>) -> Self {
        self.redirect_uris = uris.into_iter().collect();
        self
    }

    /// Lets the client request these scopes (`scope`, separated by blanks; left out when there are none).
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = String>) -> Self {
        self.scopes = scopes.into_iter().collect();
        self
    }
}

/// A client that IMS has registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisteredClient {
    /// `client_id`.
    pub client_id: Option<String>,
    /// `client_secret`, for a client that can keep one.
    pub client_secret: Option<Secret>,
    /// The whole answer, one line of JSON. It may hold secrets under any name, so it is one itself.
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
    /// Registers a client (RFC 7591): one POST of JSON to `/ims/register`, with `client_name`,
    /// `redirect_uris` and `scope`, the scopes with spaces between them; every status of success is one
    /// (relied upon by a published client). What the answer holds is not published; it is handed out whole.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn register(
        &self,
        registration: &Registration,
        environment: &Environment,
    ) -> Result<RegisteredClient> {
        let endpoint = environment.endpoint(PATH);
        let response = self.transport.send(post(&endpoint, registration)?).await?;
        let answer =
            response::read(&endpoint, &response, &[], self.clock.now()).map_err(explained)?;
        let text = |name: &str| answer.body.get(name).and_then(Value::as_str);
        Ok(RegisteredClient {
            client_id: text("client_id").map(|id| response::server_text(id, &[])),
            client_secret: text("client_secret").map(Secret::new),
            raw: Secret::new(Value::Object(answer.body).to_string()),
            server: answer.server,
        })
    }
}

/// The codes of RFC 7591; what IMS says is not published.
fn explained(error: Error) -> Error {
    let server = error.server().cloned().unwrap_or_default();
    match server.code.as_deref() {
        Some("invalid_redirect_uri" | "invalid_client_metadata")
            if error.class() == ErrorClass::Refused =>
        {
            Error::new(Problem::RegistrationRefused, error.to_string()).with_server(server)
        }
        _ => response::of_no_assertion(error),
    }
}

fn post(endpoint: &str, registration: &Registration) -> Result<Request<Body>> {
    let request = RegistrationRequest {
        client_name: &registration.name,
        redirect_uris: &registration.redirect_uris,
        scope: registration.scopes.join(" "),
    };
    let body = serde_json::to_vec(&request).expect("texts are JSON");
    Request::post(endpoint)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("adobe-ims/", env!("CARGO_PKG_VERSION")))
        .body(Body::from_bytes(Bytes::from(body)))
        .map_err(|error| {
            Error::new(Problem::EndpointInvalid, format!("{endpoint} is no URL")).with_source(error)
        })
}
