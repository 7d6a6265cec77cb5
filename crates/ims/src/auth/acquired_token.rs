//! An access token with its origin.

use adobe_ims::AccessToken;
use adobe_ims::cache::StoreKey;
use adobe_ims::credentials::OauthClient;
use adobe_ims_config::Profile;

/// The place that a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenOrigin {
    /// The token cache.
    Cache,
    /// IMS, which was asked just now.
    Ims,
    /// The caller, who passed the token itself.
    Given,
}

impl TokenOrigin {
    /// Returns the value of `source` in `ims.token/1`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Ims => "ims",
            Self::Given => "ready",
        }
    }
}

/// An access token and what is known about it.
pub(crate) struct AcquiredToken {
    pub(crate) token: AccessToken,
    pub(crate) origin: TokenOrigin,
    /// The URL of the identity service that issued it.
    pub(crate) environment: Option<String>,
    pub(crate) organization_id: Option<String>,
    pub(crate) client_id: Option<String>,
    /// The name of the profile.
    pub(crate) profile: Option<String>,
}

impl AcquiredToken {
    /// Creates the value for a token that is stored, or will be, under this key.
    pub(crate) fn stored(key: &StoreKey, token: AccessToken, origin: TokenOrigin) -> Self {
        Self {
            origin,
            environment: Some(key.environment().to_owned()),
            organization_id: token.organization_id().map(str::to_owned),
            client_id: Some(key.client_id().to_owned()),
            profile: None,
            token,
        }
    }

    /// Creates the value for a token that IMS issued to a client just now.
    pub(crate) fn issued(
        token: AccessToken,
        client: &OauthClient,
        profile: Option<&Profile>,
    ) -> Self {
        Self {
            origin: TokenOrigin::Ims,
            environment: Some(client.environment().base_url().to_owned()),
            organization_id: token.organization_id().map(str::to_owned),
            client_id: Some(client.client_id().to_owned()),
            profile: profile.map(|profile| profile.name.clone()),
            token,
        }
    }

    /// Creates the value for a token that the caller passed.
    pub(crate) fn given(token: AccessToken) -> Self {
        Self {
            client_id: token.claims().and_then(|claims| claims.client_id.clone()),
            token,
            origin: TokenOrigin::Given,
            environment: None,
            organization_id: None,
            profile: None,
        }
    }
}
