//! The token endpoint, `/ims/token`, in its versions: what all grants share.
//!
//! Which grant is known where is from published clients, and wider where they differ:
//!
//! | Grant | Versions |
//! |---|---|
//! | `authorization_code`, `refresh_token`, `device` | all |
//! | `client_credentials`, `cluster_at_exchange` | v2, v3, v4 |
//! | token exchange | v4 |
//!
//! What is refused whatever the grant. *Observed* is what the live service or Adobe's own tests
//! against it showed; *matched* is what a published client looks for; *inferred* texts are the
//! emulator's own.
//!
//! | Case | Error | Text |
//! |---|---|---|
//! | `grant_type` missing | `invalid_request` (inferred) | inferred |
//! | `grant_type` not known in this version | `unsupported_grant_type` (RFC 6749) | inferred |
//! | client id unknown | 400 `invalid_client` (observed) | matched |
//! | client secret wrong, or given for a public client | 400 `invalid_client` (observed) | matched |
//! | client id or secret missing | as if unknown or wrong (inferred) | inferred |
//! | client not registered for the grant | 400 `unauthorized_client` (observed) | inferred |
//! | client without a secret, where the grant is none of a sign-in or a device | 400 `unauthorized_client` (RFC 6749 §4.4; inferred for the others, with which published clients send one) | inferred |
//! | a parameter of the grant missing | `invalid_request` (inferred) | inferred |
//! | a scope beyond what is allowed | `invalid_scope` (observed) | from a client's tests |
//!
//! The order of the checks is inferred. `expires_in` is in seconds in v2, v3 and v4, and in
//! milliseconds in v1 and without a version: two published clients rely on that, against one.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Serialize;

use super::{
    authorization_code, client_credentials, cluster_at_exchange, device, refresh_token,
    token_exchange,
};
use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::ims::client_authentication::ClientAuthentication;
use crate::state::State;

/// The version in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    Unversioned,
    V1,
    V2,
    V3,
    V4,
}

/// A question at the token endpoint.
pub(crate) struct TokenRequest<'a> {
    pub(crate) state: &'a State,
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) version: Version,
    pub(crate) parameters: &'a Parameters,
    grant: GrantType,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// What was granted, before it is an answer.
#[derive(Default)]
pub(crate) struct TokenResponse {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) id_token: Option<String>,
    pub(crate) user: Option<User>,
}

/// What the answer to a grant of a person tells of them.
#[derive(Default)]
pub(crate) struct User {
    pub(crate) id: String,
    /// Only the first versions tell more than the id.
    pub(crate) profile: Option<Profile>,
}

/// The form in which Adobe documented it in 2019.
#[derive(Serialize)]
pub(crate) struct Profile {
    pub(crate) address: Address,
    pub(crate) email_verified: &'static str,
    pub(crate) name: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) email: String,
}

#[derive(Serialize)]
pub(crate) struct Address {
    pub(crate) country: String,
}

/// The answer, in the documented order of keys.
#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    /// Read by a published client, in v2.
    #[serde(rename = "userId", skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(flatten)]
    profile: Option<&'a Profile>,
    token_type: &'static str,
    expires_in: u64,
}

/// Answers a question for a token.
pub(crate) fn token(
    state: &State,
    request: &Request<Bytes>,
    version: Version,
) -> Result<Response, ErrorResponse> {
    let parameters = &Parameters::from_request(request)?;
    let grant = grant_type(parameters, version)?;
    let ask = TokenRequest {
        state,
        request,
        version,
        parameters,
        grant,
        now: state.clock.unix_millis(),
    };
    let granted = match grant {
        GrantType::ClientCredentials => client_credentials::grant(&ask),
        GrantType::AuthorizationCode => authorization_code::grant(&ask),
        GrantType::RefreshToken => refresh_token::grant(&ask),
        GrantType::Device => device::grant(&ask),
        GrantType::ClusterAtExchange => cluster_at_exchange::grant(&ask),
        GrantType::TokenExchange => token_exchange::grant(&ask),
        GrantType::JwtExchange | GrantType::Implicit => Err(unsupported()),
    }?;
    let user = granted.user.as_ref();
    let body = Body {
        access_token: &granted.access_token,
        refresh_token: granted.refresh_token.as_deref(),
        sub: user.map(|user| &*user.id),
        id_token: granted.id_token.as_deref(),
        user_id: user.map(|user| &*user.id),
        profile: user.and_then(|user| user.profile.as_ref()),
        token_type: "bearer",
        expires_in: expires_in(state, version),
    };
    Ok(json(StatusCode::OK, &body))
}

fn grant_type(parameters: &Parameters, version: Version) -> Result<GrantType, ErrorResponse> {
    let name = parameters.one("grant_type")?;
    let name = name.ok_or_else(|| missing("grant_type"))?;
    let known = [
        (GrantType::AuthorizationCode, Version::Unversioned),
        (GrantType::RefreshToken, Version::Unversioned),
        (GrantType::Device, Version::Unversioned),
        (GrantType::ClientCredentials, Version::V2),
        (GrantType::ClusterAtExchange, Version::V2),
        (GrantType::TokenExchange, Version::V4),
    ];
    let mut known = known.into_iter();
    let grant = known.find(|(grant, since)| grant.name() == name && version >= *since);
    grant.map(|(grant, _)| grant).ok_or_else(unsupported)
}

fn unsupported() -> ErrorResponse {
    ErrorResponse::bad_request(
        "unsupported_grant_type",
        "The emulator does not know this grant_type at this path.",
    )
}

fn expires_in(state: &State, version: Version) -> u64 {
    let millis = state.reported_lifetime_millis();
    if version <= Version::V1 && !state.seconds_everywhere {
        millis
    } else {
        millis / 1000
    }
}

/// What is said to a client without a secret where it would be a token for everybody.
pub(crate) fn needs_secret() -> ErrorResponse {
    ErrorResponse::bad_request(
        "unauthorized_client",
        "The client has no secret, and this grant is for clients that have one.",
    )
}

pub(crate) fn missing(name: &str) -> ErrorResponse {
    ErrorResponse::invalid_request(format!("The parameter {name} is missing."))
}

impl TokenRequest<'_> {
    /// The client that asks, if it is who it says and may use the grant.
    pub(crate) fn client<'d>(&self, directory: &'d Directory) -> Result<&'d Client, ErrorResponse> {
        let authentication =
            ClientAuthentication::from_request(self.request.headers(), self.parameters)?;
        // The 401 that Adobe documented is the JWT exchange's.
        let client = authentication.authenticate(directory, StatusCode::BAD_REQUEST)?;
        if client.is_allowed(self.grant) {
            Ok(client)
        } else {
            Err(ErrorResponse::bad_request(
                "unauthorized_client",
                format!(
                    "The client is not registered for the grant {}.",
                    self.grant.name()
                ),
            ))
        }
    }

    /// The same for a grant that a client without a secret may not use.
    pub(crate) fn confidential_client<'d>(
        &self,
        directory: &'d Directory,
    ) -> Result<&'d Client, ErrorResponse> {
        let client = self.client(directory)?;
        if client.is_public() {
            return Err(needs_secret());
        }
        Ok(client)
    }

    /// A parameter that the grant cannot do without.
    pub(crate) fn needed<'p>(&'p self, name: &'p str) -> Result<&'p str, ErrorResponse> {
        self.parameters.one(name)?.ok_or_else(|| missing(name))
    }

    pub(crate) fn scope(&self) -> Result<&str, ErrorResponse> {
        Ok(self.parameters.one("scope")?.unwrap_or_default())
    }

    pub(crate) fn resources(&self) -> Vec<&str> {
        self.parameters.all("resource").collect()
    }
}
