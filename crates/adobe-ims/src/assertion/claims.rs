//! The claims of an assertion, and its signature.

use std::time::{Duration, SystemTime};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::technical_account::TechnicalAccount;
use crate::crypto::jws;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;
use crate::util::time;

/// The optional claims and the lifetime of an assertion.
///
/// ```
/// use std::time::Duration;
/// use adobe_ims::assertion::AssertionOptions;
///
/// let options = AssertionOptions::default()
///     .with_lifetime(Duration::from_secs(60))
///     .with_id("b3c1");
/// ```
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
    /// Sets the lifetime, which `exp` states in whole seconds; five minutes by default. An assertion is used at once,
    /// and Adobe recommends a few minutes.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Adds `iat`. IMS does not need it, and a clock that runs ahead makes it wrong.
    #[must_use]
    pub fn with_issued_at(mut self) -> Self {
        self.issued_at = true;
        self
    }

    /// Adds `jti`, for technical accounts that demand one. Use each id once.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

/// A signed request of a technical account for a token: a compact JWS, RS256.
///
/// An assertion is a secret: its holder can exchange it until it expires.
///
/// It borrows its account, so that it cannot be sent with the secret of another client.
#[derive(Clone, Debug)]
pub struct Assertion<'a> {
    account: &'a TechnicalAccount,
    jws: Secret,
    expires_at: SystemTime,
    is_valid_once: bool,
}

/// All published clients send this header.
const HEADER: &[u8] = br#"{"alg":"RS256","typ":"JWT"}"#;

impl<'a> Assertion<'a> {
    /// Signs an assertion that is valid from `now`.
    ///
    /// # Errors
    /// [`Problem::AssertionLifetime`] when `exp` overflows, [`Problem::KeyUnusable`] when signing fails.
    pub fn sign(
        account: &'a TechnicalAccount,
        now: SystemTime,
        options: &AssertionOptions,
    ) -> Result<Self> {
        let expires_at = now.checked_add(options.lifetime).ok_or_else(|| {
            Error::new(
                Problem::AssertionLifetime,
                "the lifetime of the assertion is too long",
            )
        })?;
        let claims = Claims {
            account,
            options,
            issued_at: time::unix_seconds(now),
            expires_at: time::unix_seconds(expires_at),
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
            is_valid_once: options.id.is_some(),
        })
    }

    /// Returns the account that signed the assertion.
    pub fn account(&self) -> &'a TechnicalAccount {
        self.account
    }

    /// Returns the compact JWS.
    pub fn as_secret(&self) -> &Secret {
        &self.jws
    }

    /// Tells that the assertion has a `jti`: IMS may refuse it the second time.
    pub(crate) fn is_valid_once(&self) -> bool {
        self.is_valid_once
    }

    /// Returns the expiry (`exp`).
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

/// The claims in their order in the JWS. `exp` and `iat` are integer seconds: IMS refuses a string as undecodable
/// (observed).
struct Claims<'a> {
    account: &'a TechnicalAccount,
    options: &'a AssertionOptions,
    issued_at: u64,
    expires_at: u64,
}

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let credentials = &self.account.credentials;
        let environment = &credentials.environment;
        let mut claims = serializer.serialize_map(None)?;
        claims.serialize_entry("exp", &self.expires_at)?;
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
