//! The types of the tokens that the emulator signs.

/// The type of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    Access,
    Refresh,
    /// A JWS as well, because a published client reads its claim `type`.
    AuthorizationCode,
    Device,
    Promise,
}

impl TokenType {
    const ALL: [Self; 5] = [
        Self::Access,
        Self::Refresh,
        Self::AuthorizationCode,
        Self::Device,
        Self::Promise,
    ];

    /// Returns the claim `type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
            Self::AuthorizationCode => "authorization_code",
            Self::Device => "device_token",
            Self::Promise => "promise_token",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.name() == name)
    }
}
