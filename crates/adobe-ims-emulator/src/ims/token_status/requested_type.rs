//! The type of the token that a request is about.

use crate::tokens::token_type::TokenType;

/// The value of the parameter `type` or `token_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestedType {
    Signed(TokenType),
    /// A permanent authorization code (inferred).
    ServiceToken,
}

impl RequestedType {
    pub(crate) const SERVICE_TOKEN: &'static str = "service_token";

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            Self::SERVICE_TOKEN => Some(Self::ServiceToken),
            _ => TokenType::from_name(name).map(Self::Signed),
        }
    }
}
