//! The kinds of token that IMS tells apart.

use core::fmt;

/// What a token is: the parameter `type` or `token_type` of a request about it, and the claim `type` of
/// the token itself (relied upon by published clients).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenType {
    /// `access_token`, which opens APIs.
    #[default]
    Access,
    /// `refresh_token`.
    Refresh,
    /// `device_token`.
    Device,
    /// `service_token`, which a permanent code is exchanged for.
    Service,
    /// `authorization_code`. It can be asked about, but not invalidated (inferred: no published client does).
    AuthorizationCode,
}

impl TokenType {
    /// As requests spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
            Self::Device => "device_token",
            Self::Service => "service_token",
            Self::AuthorizationCode => "authorization_code",
        }
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
