//! `GET /ims/.well-known/openid-configuration`: the endpoints of IMS, by OpenID Connect Discovery.

use serde_json::{Map, Value};

use super::{ImsClient, json, refusal, request, response};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};

const PATH: &str = "/ims/.well-known/openid-configuration";

/// The discovery document of IMS (OpenID Connect Discovery).
///
/// It is for people and for other programs. This crate sends no request to its endpoints: a forged document would
/// receive the secrets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovery {
    /// `issuer`, documented as the base URL of the environment.
    pub issuer: Option<String>,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Option<String>,
    /// `token_endpoint`.
    pub token_endpoint: Option<String>,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<String>,
    /// `revocation_endpoint`.
    pub revocation_endpoint: Option<String>,
    /// `jwks_uri`: the key set.
    pub jwks_uri: Option<String>,
    /// `registration_endpoint`, in newer documents.
    pub registration_endpoint: Option<String>,
    /// `scopes_supported`.
    pub scopes: Vec<String>,
    /// `grant_types_supported`. Adobe's list lacks `client_credentials` and calls the implicit grant
    /// `implicit_grant` (documented by Adobe).
    pub grant_types: Vec<String>,
    /// The whole document.
    pub raw: Map<String, Value>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Fetches the discovery document: one GET of `/ims/.well-known/openid-configuration` (documented by Adobe).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn discovery(&self, environment: &Environment) -> Result<Discovery> {
        let endpoint = environment.endpoint(PATH);
        let request = request::get(&endpoint, None)?;
        let response = self.transport.send(request).await?;
        let response = response::read(&endpoint, &response, &[], self.clock.now())
            .map_err(refusal::without_assertion)?;
        let raw = response.body;
        let text = |name: &str| json::text(&raw, name);
        let texts = |name: &str| {
            let values = raw
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            values
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect()
        };
        Ok(Discovery {
            issuer: text("issuer"),
            authorization_endpoint: text("authorization_endpoint"),
            token_endpoint: text("token_endpoint"),
            userinfo_endpoint: text("userinfo_endpoint"),
            revocation_endpoint: text("revocation_endpoint"),
            jwks_uri: text("jwks_uri"),
            registration_endpoint: text("registration_endpoint"),
            scopes: texts("scopes_supported"),
            grant_types: texts("grant_types_supported"),
            raw,
            server: response.server,
        })
    }
}
