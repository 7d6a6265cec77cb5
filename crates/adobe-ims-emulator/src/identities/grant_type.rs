//! The grants of OAuth, and those that IMS adds.

use serde::{Deserialize, Serialize};

/// A way to get tokens. A client may be registered for it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantType {
    /// A signed assertion at the JWT exchange, for service accounts.
    JwtExchange,
    /// `client_credentials`: client id and secret, for OAuth server-to-server.
    ClientCredentials,
    /// `authorization_code`: the code of a sign-in, or a permanent code.
    AuthorizationCode,
    /// `refresh_token`.
    RefreshToken,
    /// `response_type=token`: an access token in the redirect of the sign-in.
    Implicit,
    /// `device`: a device id and a device token.
    Device,
    /// `cluster_at_exchange`: a person's access token for one of another account of that person.
    ClusterAtExchange,
    /// `urn:ietf:params:oauth:grant-type:token-exchange`: a person's access token for one with
    /// which the client acts on behalf of that person.
    #[serde(alias = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
    /// `promise`: a person's access token for a promise token.
    Promise,
    /// `promise_exchange`: a promise token for an access token of that person.
    PromiseExchange,
}

impl GrantType {
    /// Returns the `grant_type` at the token endpoint, or an empty text for a grant of another
    /// endpoint.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JwtExchange | Self::Implicit => "",
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::Device => "device",
            Self::ClusterAtExchange => "cluster_at_exchange",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::Promise => "promise",
            Self::PromiseExchange => "promise_exchange",
        }
    }
}
