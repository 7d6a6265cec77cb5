//! The types of tokens of IMS.

use core::fmt;

/// The type of a token: the parameter `type` or `token_type` of a request about the token, and its claim `type`
/// (relied upon by published clients).
///
/// ```
/// use adobe_ims::api::TokenType;
///
/// assert_eq!(TokenType::Refresh.as_str(), "refresh_token");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenType {
    /// `access_token`, for calls of APIs.
    #[default]
    Access,
    /// `refresh_token`.
    Refresh,
    /// `device_token`.
    Device,
    /// `service_token`, the result of a permanent code.
    Service,
    /// `authorization_code`. It can be validated, but not invalidated (inferred: no published client does).
    AuthorizationCode,
}

impl TokenType {
    /// Returns the value of the request parameter.
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
