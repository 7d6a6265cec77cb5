//! The endpoint: it reads the grant type and calls the grant.

use bytes::Bytes;
use http::Request;

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::Response;
use crate::identities::grant_type::GrantType;
use crate::ims::token_endpoint::request::{TokenRequest, Version};
use crate::ims::token_endpoint::{
    authorization_code, client_credentials, cluster_at_exchange, device, promise, refresh_token,
    token_exchange,
};
use crate::state::State;

/// The grants, each with the first version that knows it.
const GRANTS: [(GrantType, Version); 8] = [
    (GrantType::AuthorizationCode, Version::Unversioned),
    (GrantType::RefreshToken, Version::Unversioned),
    (GrantType::Device, Version::Unversioned),
    (GrantType::ClientCredentials, Version::V2),
    (GrantType::ClusterAtExchange, Version::V2),
    (GrantType::TokenExchange, Version::V4),
    (GrantType::Promise, Version::V4),
    (GrantType::PromiseExchange, Version::V4),
];

/// Handles `POST /ims/token`.
pub(crate) fn token(
    state: &State,
    http: &Request<Bytes>,
    version: Version,
) -> Result<Response, ErrorResponse> {
    let parameters = &Parameters::from_request(http)?;
    let grant = grant_type(parameters, version)?;
    let request = TokenRequest {
        state,
        http,
        version,
        parameters,
        grant,
        now: state.config.clock.unix_millis(),
    };
    let response = match grant {
        GrantType::ClientCredentials => client_credentials::grant(&request),
        GrantType::AuthorizationCode => authorization_code::grant(&request),
        GrantType::RefreshToken => refresh_token::grant(&request),
        GrantType::Device => device::grant(&request),
        GrantType::ClusterAtExchange => cluster_at_exchange::grant(&request),
        GrantType::TokenExchange => token_exchange::grant(&request),
        GrantType::Promise => return promise::promise(&request),
        GrantType::PromiseExchange => return promise::exchange(&request),
        GrantType::JwtExchange | GrantType::Implicit => Err(unsupported_grant_type()),
    }?;
    let millis = response.reported_millis(state);
    Ok(response.into_response(expires_in(state, version, millis)))
}

fn grant_type(parameters: &Parameters, version: Version) -> Result<GrantType, ErrorResponse> {
    let name = parameters.required("grant_type")?;
    GRANTS
        .into_iter()
        .find(|(grant, since)| grant.name() == name && version >= *since)
        .map(|(grant, _)| grant)
        .ok_or_else(unsupported_grant_type)
}

fn unsupported_grant_type() -> ErrorResponse {
    ErrorResponse::bad_request(
        "unsupported_grant_type",
        "The emulator does not know this grant_type at this path.",
    )
}

fn expires_in(state: &State, version: Version, millis: u64) -> u64 {
    if version <= Version::V1 && !state.ims_settings().seconds_everywhere {
        millis
    } else {
        millis / 1000
    }
}
