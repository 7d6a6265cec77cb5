//! How long each kind of token lives.

use std::time::Duration;

use crate::ims::new_token::TokenType;

/// Counted in whole milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) access_token: Duration,
    pub(crate) refresh_token: Duration,
    pub(crate) authorization_code: Duration,
    pub(crate) device_token: Duration,
}

impl Default for Lifetimes {
    /// Those of access and refresh tokens are documented by Adobe; the others are inferred: ten
    /// minutes are the most that RFC 6749 §4.1.2 recommends for a code.
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            access_token: Duration::from_secs(DAY),
            refresh_token: Duration::from_secs(14 * DAY),
            authorization_code: Duration::from_secs(600),
            device_token: Duration::from_secs(14 * DAY),
        }
    }
}

impl Lifetimes {
    pub(crate) fn millis(&self, kind: TokenType) -> u64 {
        let life = match kind {
            TokenType::Access => self.access_token,
            TokenType::Refresh => self.refresh_token,
            TokenType::AuthorizationCode => self.authorization_code,
            TokenType::Device => self.device_token,
        };
        u64::try_from(life.as_millis()).unwrap_or(u64::MAX)
    }
}
