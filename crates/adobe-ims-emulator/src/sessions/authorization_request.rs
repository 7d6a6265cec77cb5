//! The request with which a client starts a sign-in.

use serde::{Deserialize, Serialize};

use crate::tokens::pkce::CodeChallenge;

/// A valid request at the authorization endpoint.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client_id: String,
    pub(crate) redirect: RedirectTarget,
    pub(crate) response_type: ResponseType,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<CodeChallenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) resources: Vec<String>,
    /// The device that is to be registered.
    pub(crate) device_id: Option<String>,
}

/// The destination of the redirect that ends a sign-in.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct RedirectTarget {
    pub(crate) uri: String,
    pub(crate) state: Option<String>,
    pub(crate) mode: ResponseMode,
}

/// The part of the redirect URI that carries the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
}

/// The values in the response: one of the combinations that Adobe documents, or a device token,
/// which a published client requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum ResponseType {
    Code,
    Token,
    IdToken,
    IdTokenToken,
    CodeIdToken,
    Device,
}

impl ResponseType {
    /// Reads a `response_type`. The order of the names does not matter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut names: Vec<&str> = text.split(' ').filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        match &names[..] {
            ["code"] => Some(Self::Code),
            ["token"] => Some(Self::Token),
            ["id_token"] => Some(Self::IdToken),
            ["id_token", "token"] => Some(Self::IdTokenToken),
            ["code", "id_token"] => Some(Self::CodeIdToken),
            ["device"] => Some(Self::Device),
            _ => None,
        }
    }

    pub(crate) fn has_code(self) -> bool {
        matches!(self, Self::Code | Self::CodeIdToken)
    }

    pub(crate) fn has_token(self) -> bool {
        matches!(self, Self::Token | Self::IdTokenToken)
    }

    pub(crate) fn has_id_token(self) -> bool {
        matches!(self, Self::IdToken | Self::IdTokenToken | Self::CodeIdToken)
    }

    /// Returns the response mode of a request without `response_mode` (documented by Adobe; for a
    /// device token inferred: the server of the client reads it).
    pub(crate) fn default_mode(self) -> ResponseMode {
        match self {
            Self::Code | Self::Device => ResponseMode::Query,
            _ => ResponseMode::Fragment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documented_combinations_are_response_types() {
        for good in [
            "code",
            "token",
            "id_token",
            "id_token token",
            "token id_token",
            "code id_token",
            "device",
        ] {
            assert!(ResponseType::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "code token",
            "code device",
            "code id_token token",
            "code code",
            "Code",
        ] {
            assert!(ResponseType::parse(bad).is_none(), "{bad}");
        }
    }
}
