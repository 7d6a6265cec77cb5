//! `GET /ims/.well-known/openid-configuration`: what IMS says of its own endpoints.

use serde_json::{Map, Value};

use super::{ImsClient, bearer, raw, response};
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};

const PATH: &str = "/ims/.well-known/openid-configuration";

/// What IMS says of its own endpoints, as OpenID Connect Discovery has it.
///
/// It is for people and for other programs: nothing in this crate goes where it points. An answer that was
/// forged would otherwise choose who receives the secrets.
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
    /// `registration_endpoint`, seen in newer answers.
    pub registration_endpoint: Option<String>,
    /// `scopes_supported`.
    pub scopes: Vec<String>,
    /// `grant_types_supported`. Adobe's own list is neither complete nor spelt as the standard has it:
    /// `client_credentials` is missing, and the implicit grant is `implicit_grant` (documented by Adobe).
    pub grant_types: Vec<String>,
    /// The whole answer.
    pub raw: Map<String, Value>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Asks what IMS says of its endpoints: one GET of `/ims/.well-known/openid-configuration` (documented by
    /// Adobe).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn discovery(&self, environment: &Environment) -> Result<Discovery> {
        let endpoint = environment.endpoint(PATH);
        let request = bearer::get(&endpoint, None)?;
        let response = self.transport.send(request).await?;
        let answer = response::read(&endpoint, &response, &[], self.clock.now())
            .map_err(response::of_no_assertion)?;
        let raw = answer.body;
        let text = |name: &str| raw::text(&raw, name);
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
            server: answer.server,
        })
    }
}
