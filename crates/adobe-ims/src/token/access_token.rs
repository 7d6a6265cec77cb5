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
use crate::value::{self, ValueKind};

/// A bearer token for Adobe's APIs, with its expiry and its identity.
///
/// ```
/// use adobe_ims::AccessToken;
///
/// let token = AccessToken::new("eyJ0".into())?;
/// assert!(token.authorization().is_sensitive());
/// assert_eq!(token.expires_at(), None);
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AccessToken {
    value: Secret,
    expires_at: Option<SystemTime>,
    client_id: Option<String>,
    organization_id: Option<String>,
    /// Decoded at the first use. A caller that only prints the token does not need them.
    claims: OnceLock<Option<TokenClaims>>,
    headers: OnceLock<TokenHeaders>,
}

impl AccessToken {
    /// Creates a token that was issued elsewhere. Its expiry is that of its claims. Quotes around it and a written-out
    /// line end after it are left out.
    ///
    /// # Errors
    /// - [`Problem::TokenUnreadable`] if it is empty or has characters that no header can carry
    /// - [`Problem::TokenIsAssertion`] for an assertion
    /// - [`Problem::ValueInvalid`] for another text that is no token: `null`, a reference that nobody replaced, a key
    pub fn new(value: Secret) -> Result<Self> {
        let mut token = Self::unread(checked(value)?)?;
        token.expires_at = token.claims().and_then(TokenClaims::expires_at);
        Ok(token)
    }

    /// Creates a token with a known expiry. Its claims are not decoded.
    pub(crate) fn until(expires_at: SystemTime, value: Secret) -> Result<Self> {
        let mut token = Self::unread(value)?;
        token.expires_at = Some(expires_at);
        Ok(token)
    }

    fn unread(value: Secret) -> Result<Self> {
        if !fits_a_header(&value) {
            let message = "the access token is empty or has characters that no token has";
            return Err(Error::new(Problem::TokenUnreadable, message));
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

    /// Sets the expiry, if it is known from elsewhere than the token.
    #[must_use]
    pub fn with_expiry(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Sets the client and the organisation for the headers of requests. A client id in the token itself counts more.
    #[must_use]
    pub fn with_identity(mut self, client_id: Option<&str>, organization_id: Option<&str>) -> Self {
        self.client_id = client_id.map(str::to_owned);
        self.organization_id = organization_id.map(str::to_owned);
        self.headers = OnceLock::new();
        self
    }

    /// Returns the token itself.
    pub fn as_secret(&self) -> &Secret {
        &self.value
    }

    /// Returns the claims; `None` if the token is not a JWT. The signature is not checked.
    pub fn claims(&self) -> Option<&TokenClaims> {
        let claims = || TokenClaims::decode(self.value.expose());
        self.claims.get_or_init(claims).as_ref()
    }

    /// Returns the organisation of the credentials, if they name one. A token itself does not.
    pub fn organization_id(&self) -> Option<&str> {
        self.organization_id.as_deref()
    }

    /// Returns the expiry, on this machine's clock; `None` if the token does not state it.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Returns the time left: zero after the expiry, `None` if the expiry is not known.
    pub fn remaining(&self, now: SystemTime) -> Option<Duration> {
        Some(self.expires_at?.duration_since(now).unwrap_or_default())
    }

    /// Returns true if the expiry is known and has passed.
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.remaining(now).is_some_and(|left| left.is_zero())
    }

    /// Returns true if both have the same text.
    pub fn is_same(&self, other: &Self) -> bool {
        self.value.expose() == other.value.expose()
    }

    /// Returns the headers of requests with this token, built once.
    pub fn headers(&self) -> &TokenHeaders {
        self.headers.get_or_init(|| {
            let in_token = self.claims().and_then(|claims| claims.client_id.as_deref());
            let client_id = in_token.or(self.client_id.as_deref());
            TokenHeaders::new(&self.value, client_id, self.organization_id.as_deref())
        })
    }

    /// Copies the token to memory of its own.
    pub(crate) fn unshared(&self) -> Self {
        Self {
            headers: OnceLock::from(self.headers().unshared()),
            ..self.clone()
        }
    }

    /// Returns the value of the `Authorization` header, marked sensitive.
    pub fn authorization(&self) -> HeaderValue {
        self.headers().authorization().clone()
    }
}

/// Returns the token in a text, unless the text is something else.
fn checked(value: Secret) -> Result<Secret> {
    let kind = ValueKind::AccessToken;
    match value::read(kind, value.expose()) {
        Ok(read) => Ok(read.text),
        Err(content) => Err(value::refusal(&kind.to_string(), content)),
    }
}

/// Returns true for visible ASCII that is not empty. A line end, for example, would be printed or sent as more than a
/// token.
pub(crate) fn fits_a_header(token: &Secret) -> bool {
    !token.is_empty() && token.expose().bytes().all(|byte| byte.is_ascii_graphic())
}

/// The claims of an IMS token that programs need.
///
/// Tokens of IMS have no `exp`. They have `created_at` and `expires_in`, both as texts of milliseconds (observed; relied
/// upon by Adobe's clients).
///
/// ```
/// use adobe_ims::token::TokenClaims;
///
/// assert_eq!(TokenClaims::decode("no JWT"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenClaims {
    /// `type`: `access_token`, `refresh_token`, `service_token`…
    pub kind: Option<String>,
    /// `client_id`: the client that the token was issued to, and the right `x-api-key`.
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
    /// `rtea`: the expiry of the refresh token that came with it (observed).
    pub refresh_expires_at: Option<SystemTime>,
    /// `exp`. Tokens of IMS do not have it, other JWTs do.
    pub exp: Option<SystemTime>,
}

impl TokenClaims {
    /// Decodes the claims of a compact JWS. The signature is not checked.
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

    /// Returns `created_at` + `expires_in`, else `exp`.
    pub fn expires_at(&self) -> Option<SystemTime> {
        let stated = self.created_at.zip(self.expires_in);
        stated
            .and_then(|(start, life)| start.checked_add(life))
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
