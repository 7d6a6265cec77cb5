use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use serde_json::{Map, Value};

use super::headers::TokenHeaders;
use super::lifetime::{TokenTimestamps, amount};
use crate::crypto::jws;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// A bearer token for Adobe's APIs, and what is known about it.
#[derive(Clone, Debug)]
pub struct AccessToken {
    value: Secret,
    expires_at: Option<SystemTime>,
    client_id: Option<String>,
    organization_id: Option<String>,
    /// Read when they are asked for: whoever only prints a token does without.
    claims: OnceLock<Option<TokenClaims>>,
    headers: OnceLock<TokenHeaders>,
}

impl AccessToken {
    /// A token that was issued elsewhere; its expiry is taken from its own claims.
    ///
    /// # Errors
    /// [`Problem::TokenUnreadable`] when it is empty or holds what no header can carry.
    pub fn new(value: Secret) -> Result<Self> {
        let mut token = Self::unread(value)?;
        token.expires_at = token.claims().and_then(TokenClaims::expires_at);
        Ok(token)
    }

    /// A token whose end is known, so that its claims need not be looked at.
    pub(crate) fn until(expires_at: SystemTime, value: Secret) -> Result<Self> {
        let mut token = Self::unread(value)?;
        token.expires_at = Some(expires_at);
        Ok(token)
    }

    fn unread(value: Secret) -> Result<Self> {
        if !fits_a_header(&value) {
            let what = "the access token is empty or holds blanks or other characters of no token";
            return Err(Error::new(Problem::TokenUnreadable, what));
        }
        Ok(Self {
            value,
            expires_at: None,
            client_id: None,
            organization_id: None,
            claims: OnceLock::new(),
            headers: OnceLock::new(),
        })
    }

    /// Sets the end of its life, where it is known from elsewhere than from the token.
    #[must_use]
    pub fn with_expiry(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Names the client and the organisation for the headers of calls. A client id in the token itself
    /// comes first.
    #[must_use]
    pub fn with_identity(mut self, client_id: Option<&str>, organization_id: Option<&str>) -> Self {
        self.client_id = client_id.map(str::to_owned);
        self.organization_id = organization_id.map(str::to_owned);
        self.headers = OnceLock::new();
        self
    }

    /// The token itself.
    pub fn as_secret(&self) -> &Secret {
        &self.value
    }

    /// What the token says of itself; `None` when it is not a JWT. Its signature was not checked.
    pub fn claims(&self) -> Option<&TokenClaims> {
        let claims = || TokenClaims::decode(self.value.expose());
        self.claims.get_or_init(claims).as_ref()
    }

    /// The organisation of its credentials, if they name one; a token itself does not.
    pub fn organization_id(&self) -> Option<&str> {
        self.organization_id.as_deref()
    }

    /// When it expires, on this machine's clock; `None` for a ready token that does not say.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// How long it still lives: zero once it has expired, `None` when that is not known.
    pub fn remaining(&self, now: SystemTime) -> Option<Duration> {
        Some(self.expires_at?.duration_since(now).unwrap_or_default())
    }

    /// Whether it is known to have expired.
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.remaining(now).is_some_and(|left| left.is_zero())
    }

    /// Whether both are the same token, wherever they are from.
    pub fn is_same(&self, other: &Self) -> bool {
        self.value.expose() == other.value.expose()
    }

    /// The headers with which it goes to an API, built once.
    pub fn headers(&self) -> &TokenHeaders {
        self.headers.get_or_init(|| {
            let own = self.claims().and_then(|claims| claims.client_id.as_deref());
            let client_id = own.or(self.client_id.as_deref());
            TokenHeaders::new(&self.value, client_id, self.organization_id.as_deref())
        })
    }

    /// The same token in memory of its own.
    pub(crate) fn unshared(&self) -> Self {
        Self {
            headers: OnceLock::from(self.headers().unshared()),
            ..self.clone()
        }
    }

    /// The value of the `Authorization` header, marked sensitive.
    pub fn authorization(&self) -> HeaderValue {
        self.headers().authorization().clone()
    }
}

/// Whether a text can be a bearer token: visible ASCII, and some of it. Anything else, a line end
/// above all, would be printed or sent as more than a token.
pub(crate) fn fits_a_header(token: &Secret) -> bool {
    !token.is_empty() && token.expose().bytes().all(|byte| byte.is_ascii_graphic())
}

/// The claims of an IMS token that programs need. IMS tokens carry no `exp`: they say `created_at`
/// and `expires_in`, both as texts of milliseconds (observed; relied upon by Adobe's clients).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenClaims {
    /// `type`: `access_token`, `refresh_token`, `service_token`…
    pub kind: Option<String>,
    /// `client_id`: the client it was issued to, and the right `x-api-key`.
    pub client_id: Option<String>,
    /// `user_id`: the technical account or the person.
    pub user_id: Option<String>,
    /// `as`: the environment of IMS, such as `ims-na1`.
    pub authorization_server: Option<String>,
    /// `scope`, split at commas and spaces.
    pub scopes: Vec<String>,
    /// `created_at`.
    pub created_at: Option<SystemTime>,
    /// `expires_in`.
    pub expires_in: Option<Duration>,
    /// `rtea`: when the refresh token ends that came with it (observed).
    pub refresh_expires_at: Option<SystemTime>,
    /// `exp`, which tokens of IMS do not have, but other JWTs do.
    pub exp: Option<SystemTime>,
}

impl TokenClaims {
    /// Reads the claims of a compact JWS without checking its signature.
    pub fn decode(token: &str) -> Option<Self> {
        Some(Self::from_payload(&jws::decode(token).ok()?.payload))
    }

    pub(crate) fn from_payload(payload: &Map<String, Value>) -> Self {
        let text = |name: &str| payload.get(name)?.as_str().map(str::to_owned);
        let millis = |name: &str| amount(payload.get(name)?).map(Duration::from_millis);
        Self {
            kind: text("type"),
            client_id: text("client_id"),
            user_id: text("user_id"),
            authorization_server: text("as"),
            scopes: text("scope")
                .unwrap_or_default()
                .split([',', ' '])
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect(),
            created_at: millis("created_at")
                .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)),
            expires_in: millis("expires_in"),
            refresh_expires_at: millis("rtea")
                .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)),
            exp: payload
                .get("exp")
                .and_then(amount)
                .and_then(|exp| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(exp))),
        }
    }

    /// `created_at` + `expires_in`, or `exp`.
    pub fn expires_at(&self) -> Option<SystemTime> {
        let own = self.created_at.zip(self.expires_in);
        own.and_then(|(start, life)| start.checked_add(life))
            .or(self.exp)
    }

    /// Returns the lifetime that the token states, for [`resolve_expiry`](super::lifetime::resolve_expiry).
    pub(crate) fn own_lifetime(&self) -> Option<TokenTimestamps> {
        let since = self
            .created_at?
            .duration_since(SystemTime::UNIX_EPOCH)
            .ok()?;
        Some(TokenTimestamps {
            created_at: u64::try_from(since.as_millis()).ok()?,
            expires_in: u64::try_from(self.expires_in?.as_millis()).ok()?,
        })
    }
}
