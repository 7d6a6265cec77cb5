//! The lifetimes of tokens.

use std::time::Duration;

use crate::behaviour::{Area, Behaviour, source};
use crate::tokens::token_type::TokenType;

/// The response reports a lifetime that is shorter by the time that the response took. The live
/// service shows values a few milliseconds below 24 hours.
const RESPONSE_MILLIS: u64 = 2;

/// The lifetime of each type of token. Fractions of a millisecond do not count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) access_token: Duration,
    pub(crate) refresh_token: Duration,
    pub(crate) authorization_code: Duration,
    pub(crate) device_token: Duration,
    /// Of an access token for an organization that consented to the client.
    pub(crate) consented_token: Duration,
    pub(crate) promise_token: Duration,
    /// Of an access token for a promise token.
    pub(crate) promised_access_token: Duration,
}

impl Default for Lifetimes {
    /// Returns the lifetimes of IMS. Adobe documents those of access and refresh tokens, and that of a
    /// consented token. Those of promises are from the tests of a published client. The others are
    /// inferred: RFC 6749 §4.1.2 recommends at most ten minutes for a code.
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            access_token: Duration::from_secs(DAY),
            refresh_token: Duration::from_secs(14 * DAY),
            authorization_code: Duration::from_secs(600),
            device_token: Duration::from_secs(14 * DAY),
            consented_token: Duration::from_secs(3600),
            promise_token: Duration::from_secs(14_400),
            promised_access_token: Duration::from_secs(300),
        }
    }
}

impl Lifetimes {
    pub(crate) fn millis(&self, token_type: TokenType) -> u64 {
        let lifetime = match token_type {
            TokenType::Access => self.access_token,
            TokenType::Refresh => self.refresh_token,
            TokenType::AuthorizationCode => self.authorization_code,
            TokenType::Device => self.device_token,
            TokenType::Promise => self.promise_token,
        };
        millis(lifetime)
    }

    /// Returns the lifetime of an access token for an organization that consented to the client. A
    /// test that shortens access tokens shortens it too.
    pub(crate) fn consented_millis(&self) -> u64 {
        millis(self.consented_token.min(self.access_token))
    }

    /// Returns the lifetime of an access token for a promise token. A test that shortens access
    /// tokens shortens it too.
    pub(crate) fn promised_access_millis(&self) -> u64 {
        millis(self.promised_access_token.min(self.access_token))
    }

    /// Returns the lifetime of a new access token as its response reports it.
    pub(crate) fn reported_millis(&self) -> u64 {
        reported(self.millis(TokenType::Access))
    }
}

/// Returns a lifetime in milliseconds as a response reports it.
pub(crate) fn reported(millis: u64) -> u64 {
    millis.saturating_sub(RESPONSE_MILLIS)
}

fn millis(lifetime: Duration) -> u64 {
    u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Tokens.documented(
        "lifetime-access-token",
        "An access token lives 24 hours.",
        source::CONSOLE_S2S,
    ),
    Area::Tokens.documented(
        "lifetime-consented-token",
        "An access token for an organization that consented lives an hour.",
        source::CONSOLE_ADMIN,
    ),
    Area::Tokens.documented(
        "lifetime-refresh-token",
        "A refresh token lives 14 days.",
        source::CONSOLE_USER,
    ),
    Area::Tokens.inferred(
        "lifetime-code",
        "An authorization code lives 10 minutes.",
        "RFC 6749 §4.1.2 recommends at most this",
    ),
    Area::Tokens.inferred(
        "lifetime-device-token",
        "A device token lives 14 days.",
        "as a refresh token",
    ),
    Area::Tokens.matched(
        "lifetime-promise",
        "A promise token lives 4 hours, and an access token of its exchange 5 minutes.",
        "@adobe/spacecat-shared-ims-client 1.11, its tests; those of adobe/ims-go show 30 days for a promise token",
    ),
];
