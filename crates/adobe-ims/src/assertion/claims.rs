use std::time::{Duration, SystemTime};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::technical_account::TechnicalAccount;
use crate::crypto::jws;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;
use crate::util::time;

/// What may be chosen about an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionOptions {
    lifetime: Duration,
    issued_at: bool,
    id: Option<String>,
}

impl Default for AssertionOptions {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(300),
            issued_at: false,
            id: None,
        }
    }
}

impl AssertionOptions {
    /// Sets how far `exp` lies ahead; fractions of a second are dropped. Five minutes unless set: an
    /// assertion is used at once, and Adobe recommends a few minutes.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// States `iat`. IMS does not need it, and a clock that runs ahead makes it wrong.
    #[must_use]
    pub fn with_issued_at(mut self) -> Self {
        self.issued_at = true;
        self
    }

    /// States `jti`, for technical accounts that demand one; never use one twice.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

/// A signed statement of who asks for a token, and for what: a compact JWS, RS256.
///
/// Whoever holds it can exchange it until it expires, so it is kept like a secret.
///
/// It stays with its account, so that it cannot be sent with the secret of another client.
#[derive(Clone, Debug)]
pub struct Assertion<'a> {
    account: &'a TechnicalAccount,
    jws: Secret,
    expires_at: SystemTime,
}

/// `{"alg":"RS256","typ":"JWT"}` in every client that was looked at.
const HEADER: &[u8] = br#"{"alg":"RS256","typ":"JWT"}"#;

impl<'a> Assertion<'a> {
    /// Builds and signs an assertion that is valid from now on.
    ///
    /// # Errors
    /// [`Problem::AssertionLifetime`] when `exp` is beyond all reckoning, [`Problem::KeyUnusable`] when
    /// the signature fails.
    pub fn sign(
        account: &'a TechnicalAccount,
        now: SystemTime,
        options: &AssertionOptions,
    ) -> Result<Self> {
        let expires_at = now.checked_add(options.lifetime).ok_or_else(|| {
            Error::new(
                Problem::AssertionLifetime,
                "the lifetime of the assertion ends beyond the end of time",
            )
        })?;
        let claims = Claims {
            account,
            options,
            issued_at: time::unix_seconds(now),
            expires: time::unix_seconds(expires_at),
        };
        let payload = serde_json::to_vec(&claims).map_err(|error| {
            Error::new(Problem::AssertionLifetime, "the claims cannot be written")
                .with_source(error)
        })?;
        let jws = jws::compact(HEADER, &payload, |message| account.key.sign(message))?;
        Ok(Self {
            account,
            jws,
            expires_at,
        })
    }

    /// The account that it speaks for.
    pub fn account(&self) -> &'a TechnicalAccount {
        self.account
    }

    /// The compact JWS.
    pub fn as_secret(&self) -> &Secret {
        &self.jws
    }

    /// When it expires (`exp`).
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

/// The claims, in the order in which they are sent. `exp` and `iat` are integer seconds: a string
/// is refused as undecodable (observed).
struct Claims<'a> {
    account: &'a TechnicalAccount,
    options: &'a AssertionOptions,
    issued_at: u64,
    expires: u64,
}

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let credentials = &self.account.credentials;
        let environment = &credentials.environment;
        let mut claims = serializer.serialize_map(None)?;
        claims.serialize_entry("exp", &self.expires)?;
        if self.options.issued_at {
            claims.serialize_entry("iat", &self.issued_at)?;
        }
        claims.serialize_entry("iss", &credentials.organization_id)?;
        claims.serialize_entry("sub", &credentials.technical_account_id)?;
        claims.serialize_entry("aud", &environment.audience(&credentials.client_id))?;
        if let Some(id) = &self.options.id {
            claims.serialize_entry("jti", id)?;
        }
        for metascope in &credentials.metascopes {
            claims.serialize_entry(&environment.metascope_claim(metascope), &true)?;
        }
        claims.end()
    }
}
