use core::fmt;

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueKind {
    /// A client id, which the consoles also call API key.
    ClientId,
    /// A client secret.
    ClientSecret,
    /// An organisation, `…@AdobeOrg`.
    Organization,
    /// The id of a technical account, `…@techacct.adobe.com`.
    TechnicalAccountId,
    /// The id of a device.
    DeviceId,
    /// An authorization code.
    Code,
    /// A device token.
    DeviceToken,
    /// A refresh token.
    RefreshToken,
    /// An access token.
    AccessToken,
    /// The token of a service.
    ServiceToken,
    /// A token of any kind, which IMS is asked about.
    AnyToken,
    /// A list of scopes or metascopes.
    Scopes,
    /// A private key, or the path of its file.
    PrivateKey,
    /// A credential document, or the path of its file.
    Document,
}

impl ValueKind {
    /// Returns the kind of a field of a request to IMS; `None` for a field that holds no value of a user's.
    pub(crate) fn of_field(name: &str) -> Option<Self> {
        Some(match name {
            "client_id" => Self::ClientId,
            "client_secret" => Self::ClientSecret,
            "org_id" => Self::Organization,
            "device_id" => Self::DeviceId,
            "code" => Self::Code,
            "device_token" => Self::DeviceToken,
            "refresh_token" => Self::RefreshToken,
            "scope" => Self::Scopes,
            "token" | "user_token" | "subject_token" => Self::AnyToken,
            _ => return None,
        })
    }

    /// Returns true for a value that is one word.
    pub(super) fn is_word(self) -> bool {
        !matches!(self, Self::Scopes | Self::PrivateKey | Self::Document)
    }

    /// Returns true for a token or a code, which may be a JWT.
    pub(super) fn is_token(self) -> bool {
        matches!(
            self,
            Self::Code
                | Self::DeviceToken
                | Self::RefreshToken
                | Self::AccessToken
                | Self::ServiceToken
                | Self::AnyToken
        )
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientId => "the client id",
            Self::ClientSecret => "the client secret",
            Self::Organization => "the organisation",
            Self::TechnicalAccountId => "the id of the technical account",
            Self::DeviceId => "the id of the device",
            Self::Code => "the authorization code",
            Self::DeviceToken => "the device token",
            Self::RefreshToken => "the refresh token",
            Self::AccessToken => "the access token",
            Self::ServiceToken => "the token of the service",
            Self::AnyToken => "the token",
            Self::Scopes => "the list of scopes",
            Self::PrivateKey => "the private key",
            Self::Document => "the credential document",
        })
    }
}
