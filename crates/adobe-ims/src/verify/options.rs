//! The expected claims of a token.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::Rejection;
use crate::api::TokenType;
use crate::environment::Environment;
use crate::token::TokenClaims;

/// The expected claims of a token that IMS signed and that has not expired.
///
/// ```
/// use std::time::Duration;
/// use adobe_ims::api::TokenType;
/// use adobe_ims::verify::VerifyOptions;
///
/// let options = VerifyOptions::token(TokenType::Access)
///     .with_client_id("my-client")
///     .with_authorization_server("ims-na1")
///     .with_leeway(Duration::from_secs(30));
/// ```
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    kind: Kind,
    client_id: Option<String>,
    authorization_server: Option<String>,
    nonce: Option<String>,
    leeway: Duration,
}

#[derive(Clone, Debug)]
enum Kind {
    Any,
    ImsToken(TokenType),
    IdToken { issuer: String },
}

impl VerifyOptions {
    /// Accepts every token of IMS. An API must expect more than this: at least the type and the client.
    pub fn any_token() -> Self {
        Self::new(Kind::Any)
    }

    /// Expects a token of IMS with this claim `type`. An API expects [`TokenType::Access`].
    pub fn token(token_type: TokenType) -> Self {
        Self::new(Kind::ImsToken(token_type))
    }

    /// Expects an id token of OpenID Connect for this client.
    ///
    /// Its issuer is the base URL of the environment (documented by Adobe), or that URL with `/ims` (documented by
    /// Adobe for the admin consent). `exp` is in seconds.
    pub fn id_token(client_id: impl Into<String>, environment: &Environment) -> Self {
        let issuer = environment.base_url().to_owned();
        Self::new(Kind::IdToken { issuer }).with_client_id(client_id)
    }

    /// Expects this client: in the claim `client_id`, or in `aud` of an id token.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Expects this name in the claim `as`: `ims-na1` is production, `ims-na1-stg1` is stage (observed).
    ///
    /// Each environment has keys of its own, so that the signature already tells the environment. The claim is a
    /// second check.
    #[must_use]
    pub fn with_authorization_server(mut self, name: impl Into<String>) -> Self {
        self.authorization_server = Some(name.into());
        self
    }

    /// Expects this `nonce`, which an id token repeats from its authorization request.
    #[must_use]
    pub fn with_nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Accepts a token for this time after its expiry, for clocks that differ; no time by default.
    #[must_use]
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            client_id: None,
            authorization_server: None,
            nonce: None,
            leeway: Duration::ZERO,
        }
    }

    /// Checks claims whose signature is valid, and returns the expiry.
    pub(super) fn check(
        &self,
        payload: &Map<String, Value>,
        now: SystemTime,
    ) -> Result<SystemTime, Rejection> {
        let claims = TokenClaims::from_payload(payload);
        let text = |name: &str| payload.get(name).and_then(Value::as_str);
        require(self.is_type_expected(&claims), Rejection::OtherType)?;
        if let Some(name) = &self.authorization_server {
            require(text("as") == Some(name), Rejection::OtherEnvironment)?;
        }
        if let Some(client_id) = &self.client_id {
            let is_expected = match &self.kind {
                Kind::IdToken { .. } => is_id_token_for(payload, client_id),
                Kind::Any | Kind::ImsToken(_) => claims.client_id.as_ref() == Some(client_id),
            };
            require(is_expected, Rejection::OtherClient)?;
        }
        if let Kind::IdToken { issuer } = &self.kind {
            let base_url = text("iss").map(|iss| iss.strip_suffix("/ims").unwrap_or(iss));
            require(base_url == Some(issuer), Rejection::OtherIssuer)?;
        }
        if let Some(nonce) = &self.nonce {
            require(text("nonce") == Some(nonce), Rejection::OtherNonce)?;
        }
        let expires_at = claims.expires_at().ok_or(Rejection::WithoutExpiry)?;
        // Without the leeway if the sum overflows.
        let limit = expires_at.checked_add(self.leeway).unwrap_or(expires_at);
        require(now < limit, Rejection::Expired)?;
        Ok(expires_at)
    }

    fn is_type_expected(&self, claims: &TokenClaims) -> bool {
        let token_type = claims.kind.as_deref();
        match &self.kind {
            Kind::Any => true,
            Kind::ImsToken(expected) => token_type == Some(expected.as_str()),
            // Other tokens of IMS have another `type` (observed). Adobe documents none for an id token.
            Kind::IdToken { .. } => token_type.is_none_or(|token_type| token_type == "id_token"),
        }
    }
}

fn require(holds: bool, rejection: Rejection) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(rejection) }
}

fn is_id_token_for(payload: &Map<String, Value>, client_id: &str) -> bool {
    let is_audience = match payload.get("aud") {
        Some(Value::Array(clients)) => clients.iter().any(|client| client == client_id),
        Some(client) => client == client_id,
        None => false,
    };
    let authorized_party = payload.get("azp").and_then(Value::as_str);
    is_audience && authorized_party.is_none_or(|party| party == client_id)
}
