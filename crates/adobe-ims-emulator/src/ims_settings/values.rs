//! The values of the settings, with their names in the remote control and in flags.

/// The answer to a refresh token that its client uses again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshTokenReuse {
    /// A refresh token works until it expires.
    Accept,
    /// A refresh token works once. Another use is a 400 `invalid_grant`.
    #[default]
    Refuse,
    /// As [`Refuse`](Self::Refuse), and another use revokes all tokens of the sign-in (RFC 9700).
    EndSession,
}

/// The error of an assertion that no certificate of the binding verifies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// `invalid_token`, `Could not match JWT signature to any of the bindings`.
    #[default]
    InvalidToken,
    /// `invalid_token`, `Could not match signature to any of the bindings`.
    InvalidTokenNewer,
    /// `invalid_signature`.
    InvalidSignature,
}

/// The marks of a token that a permanent authorization code gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceTokenForm {
    /// The user id ends in `@AdobeService`.
    #[default]
    AdobeService,
    /// The user is the technical account, and the token has the scope `system`.
    SystemScope,
}

/// A type whose values have names.
pub(crate) trait Named: Copy + PartialEq + 'static {
    /// All values with their names.
    const VALUES: &'static [(Self, &'static str)];

    fn name(self) -> &'static str {
        let mut values = Self::VALUES.iter();
        values
            .find(|(value, _)| *value == self)
            .map_or("", |(_, name)| *name)
    }

    fn from_name(name: &str) -> Option<Self> {
        let mut values = Self::VALUES.iter();
        values
            .find(|(_, own)| *own == name)
            .map(|(value, _)| *value)
    }
}

impl Named for bool {
    const VALUES: &'static [(Self, &'static str)] = &[(false, "false"), (true, "true")];
}

impl Named for RefreshTokenReuse {
    const VALUES: &'static [(Self, &'static str)] = &[
        (Self::Accept, "accept"),
        (Self::Refuse, "refuse"),
        (Self::EndSession, "end_session"),
    ];
}

impl Named for SignatureError {
    const VALUES: &'static [(Self, &'static str)] = &[
        (Self::InvalidToken, "invalid_token"),
        (Self::InvalidTokenNewer, "invalid_token_newer"),
        (Self::InvalidSignature, "invalid_signature"),
    ];
}

impl Named for ServiceTokenForm {
    const VALUES: &'static [(Self, &'static str)] = &[
        (Self::AdobeService, "adobe_service"),
        (Self::SystemScope, "system_scope"),
    ];
}
