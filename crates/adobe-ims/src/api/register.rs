//! `POST /ims/register`: a new client, registered by itself.

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use serde::Serialize;
use serde_json::Value;

use super::{ImsClient, response};
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result, ServerAnswer};
use crate::transport::Body;
use crate::util::secret::Secret;

const PATH: &str = "/ims/register";

/// A client that is to be registered.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// `client_name`.
    pub name: &'a str,
    /// `redirect_uris`: where a browser may bring a code to.
    pub redirect_uris: &'a [String],
    /// `scope`, with spaces between them; left out when there are none.
    pub scopes: &'a [String],
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
    pub answer: ServerAnswer,
}

#[derive(Serialize)]
struct Asked<'a> {
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
        registration: &Registration<'_>,
        environment: &Environment,
    ) -> Result<RegisteredClient> {
        let endpoint = environment.endpoint(PATH);
        let response = self.transport.send(post(&endpoint, registration)?).await?;
        let answer =
            response::read(&endpoint, &response, &[], self.clock.now()).map_err(explained)?;
        let text = |name: &str| answer.body.get(name).and_then(Value::as_str);
        Ok(RegisteredClient {
            client_id: text("client_id").map(|id| response::said(id, &[])),
            client_secret: text("client_secret").map(Secret::new),
            raw: Secret::new(Value::Object(answer.body).to_string()),
            answer: answer.server,
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

fn post(endpoint: &str, registration: &Registration<'_>) -> Result<Request<Body>> {
    let asked = Asked {
        client_name: registration.name,
        redirect_uris: registration.redirect_uris,
        scope: registration.scopes.join(" "),
    };
    let body = serde_json::to_vec(&asked).expect("texts are JSON");
    Request::post(endpoint)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("adobe-ims/", env!("CARGO_PKG_VERSION")))
        .body(Body::from_bytes(Bytes::from(body)))
        .map_err(|error| {
            Error::new(Problem::EndpointInvalid, format!("{endpoint} is no URL")).with_source(error)
        })
}
