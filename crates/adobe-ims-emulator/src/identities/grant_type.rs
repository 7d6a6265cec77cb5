//! The ways to a token.

/// A way to a token, which a client may or may not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GrantType {
    /// A signed assertion at the JWT exchange: service accounts.
    JwtExchange,
    /// Id and secret, `client_credentials`: OAuth server-to-server.
    ClientCredentials,
    /// A code that a person's sign-in gave, or a permanent one: `authorization_code`.
    AuthorizationCode,
    /// `refresh_token`.
    RefreshToken,
    /// A token straight from the sign-in: `response_type=token`.
    Implicit,
    /// The id and token of a device: `device`.
    Device,
    /// A person's token for another account of theirs: `cluster_at_exchange`.
    ClusterAtExchange,
    /// A person's token for one on their behalf,
    /// `urn:ietf:params:oauth:grant-type:token-exchange`.
    TokenExchange,
}

impl GrantType {
    /// The `grant_type` of the token endpoint; empty for what is got elsewhere.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JwtExchange | Self::Implicit => "",
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::Device => "device",
            Self::ClusterAtExchange => "cluster_at_exchange",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }
}
