//! What a token must be, besides signed.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::Rejection;
use crate::api::TokenType;
use crate::environment::Environment;
use crate::token::TokenClaims;

/// What a token must be, besides signed by IMS and not expired.
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
    OfIms(TokenType),
    IdToken { issuer: String },
}

impl VerifyOptions {
    /// Any token at all. Who lets someone in by a token says more.
    pub fn anything() -> Self {
        Self::of_kind(Kind::Any)
    }

    /// A token of IMS whose claim `type` is this. For calls of an API that is [`TokenType::Access`].
    pub fn token(kind: TokenType) -> Self {
        Self::of_kind(Kind::OfIms(kind))
    }

    /// An id token of OpenID Connect for this client. Its issuer is the environment's base URL (documented by
    /// Adobe) or the same with `/ims` (documented by Adobe of the admin consent); `exp` is in seconds.
    pub fn id_token(client_id: impl Into<String>, environment: &Environment) -> Self {
        let issuer = environment.base_url().to_owned();
        Self::of_kind(Kind::IdToken { issuer }).of_client(client_id)
    }

    /// Issued to this client: the claim `client_id`, or `aud` of an id token.
    #[must_use]
    pub fn of_client(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Issued by this environment, by its name in the claim `as`: `ims-na1` is production, `ims-na1-stg1` is
    /// stage (observed). The keys of one environment are not those of another, so that a signature alone
    /// says which one it was; this is the second lock.
    #[must_use]
    pub fn of_authorization_server(mut self, name: impl Into<String>) -> Self {
        self.authorization_server = Some(name.into());
        self
    }

    /// With this `nonce`, which an id token repeats from the sign-in that it is of.
    #[must_use]
    pub fn with_nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Still takes a token that expired this little ago, for clocks that differ; none by default.
    #[must_use]
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    fn of_kind(kind: Kind) -> Self {
        Self {
            kind,
            client_id: None,
            authorization_server: None,
            nonce: None,
            leeway: Duration::ZERO,
        }
    }

    /// Checks claims whose signature is good; when they expire.
    pub(super) fn check(
        &self,
        claims: &Map<String, Value>,
        now: SystemTime,
    ) -> Result<SystemTime, Rejection> {
        let known = TokenClaims::from_payload(claims);
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let must = |holds: bool, rejection| if holds { Ok(()) } else { Err(rejection) };
        let client = |id: &String| match &self.kind {
            Kind::IdToken { .. } => {
                is_for(claims.get("aud"), id) && text("azp").is_none_or(|party| party == id)
            }
            _ => known.client_id.as_ref() == Some(id),
        };
        match &self.kind {
            Kind::Any => {}
            Kind::OfIms(kind) => {
                must(
                    known.kind.as_deref() == Some(kind.as_str()),
                    Rejection::OtherType,
                )?;
            }
            // Other tokens of IMS say another `type` (observed); none is documented of an id token.
            Kind::IdToken { .. } => {
                let its_own = known.kind.as_deref().is_none_or(|kind| kind == "id_token");
                must(its_own, Rejection::OtherType)?;
            }
        }
        if let Some(name) = &self.authorization_server {
            must(text("as") == Some(name), Rejection::OtherEnvironment)?;
        }
        must(
            self.client_id.as_ref().is_none_or(client),
            Rejection::OtherClient,
        )?;
        if let Kind::IdToken { issuer } = &self.kind {
            let base = text("iss").map(|it| it.strip_suffix("/ims").unwrap_or(it));
            must(base == Some(issuer), Rejection::OtherIssuer)?;
        }
        let nonce = self.nonce.as_deref();
        let repeated = nonce.is_none() || text("nonce") == nonce;
        must(repeated, Rejection::OtherNonce)?;
        let end = known.expires_at().ok_or(Rejection::WithoutExpiry)?;
        // An end that cannot be counted beyond is no reason to refuse.
        let last = end.checked_add(self.leeway).unwrap_or(end);
        must(now < last, Rejection::Expired)?;
        Ok(end)
    }
}

/// `aud` is one client or a list of them.
fn is_for(audience: Option<&Value>, client_id: &str) -> bool {
    match audience {
        Some(Value::Array(clients)) => clients.iter().any(|client| client == client_id),
        Some(client) => client == client_id,
        None => false,
    }
}
