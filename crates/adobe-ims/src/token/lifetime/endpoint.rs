/// The unit of `expires_in`, which differs between endpoints of IMS: see [`Endpoint::unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
}

/// The endpoints that issue tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `/ims/exchange/jwt`, which is also called `/ims/exchange/v1/jwt`.
    ExchangeJwt,
    /// `/ims/token/v1`, whose older name is `/ims/token`.
    TokenV1,
    /// `/ims/token/v2`.
    TokenV2,
    /// `/ims/token/v3`.
    TokenV3,
    /// `/ims/token/v4`.
    TokenV4,
    /// `/ims/authorize/v2`, if it issues a token itself.
    Authorize,
}

impl Endpoint {
    /// Returns the path below the base URL of an environment.
    pub fn path(self) -> &'static str {
        match self {
            Self::ExchangeJwt => "/ims/exchange/jwt",
            Self::TokenV1 => "/ims/token/v1",
            Self::TokenV2 => "/ims/token/v2",
            Self::TokenV3 => "/ims/token/v3",
            Self::TokenV4 => "/ims/token/v4",
            Self::Authorize => "/ims/authorize/v2",
        }
    }

    /// Returns the unit of `expires_in` in responses.
    ///
    /// | Endpoint | Unit | Known from |
    /// |---|---|---|
    /// | `/ims/exchange/jwt` | ms | documented by Adobe; relied upon by published clients; observed |
    /// | `/ims/token/v1` | ms | two published clients rely on it, one reads seconds; Adobe's samples of 2019 for the path without a version are in ms |
    /// | `/ims/token/v2` | s | relied upon by published clients |
    /// | `/ims/token/v3` | s | documented by Adobe; relied upon by published clients; observed |
    /// | `/ims/token/v4` | s | relied upon by published clients |
    /// | `/ims/authorize/v2` | s | documented by Adobe |
    ///
    /// `resolve_expiry` takes the other unit if the claims of the token speak for it. For v1
    /// this decides the unit of every token that is a JWT.
    pub fn unit(self) -> Unit {
        match self {
            Self::ExchangeJwt | Self::TokenV1 => Unit::Milliseconds,
            Self::TokenV2 | Self::TokenV3 | Self::TokenV4 | Self::Authorize => Unit::Seconds,
        }
    }
}

/// The version of the token endpoint from which a client gets tokens for itself (`client_credentials`).
///
/// ```
/// use adobe_ims::credentials::TokenVersion;
///
/// assert_eq!(TokenVersion::default(), TokenVersion::V3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenVersion {
    /// `/ims/token/v2`, which clients of Adobe's use.
    V2,
    /// `/ims/token/v3`, which Adobe documents.
    #[default]
    V3,
    /// `/ims/token/v4`, which clients of Adobe's use.
    V4,
}

impl TokenVersion {
    /// Returns the endpoint of this version.
    pub fn endpoint(self) -> Endpoint {
        match self {
            Self::V2 => Endpoint::TokenV2,
            Self::V3 => Endpoint::TokenV3,
            Self::V4 => Endpoint::TokenV4,
        }
    }
}
