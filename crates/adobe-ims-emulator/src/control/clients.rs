//! `/_emu/clients`: OAuth clients.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, registration_failed};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::client_settings::ClientSettings;
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::state::State;

/// The fields of an [`OauthClient`]. An unknown field is an error, because it could be a misspelt
/// one, in whose place the emulator would generate a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientRequest {
    client_id: Option<String>,
    client_secret: Option<String>,
    #[serde(default)]
    public: bool,
    grants: Option<Vec<Grant>>,
    scopes: Option<Vec<String>>,
    organization: Option<String>,
    redirect_uri: Option<String>,
    #[serde(default)]
    redirect_patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Grant {
    ClientCredentials,
    AuthorizationCode,
    RefreshToken,
    Implicit,
    Device,
    ClusterAtExchange,
    TokenExchange,
}

#[derive(Serialize)]
struct ClientResponse<'a> {
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    technical_account_id: &'a str,
    organization: &'a str,
    scopes: &'a [String],
}

/// Handles `POST /_emu/clients`.
pub(crate) fn add_client(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: ClientRequest = read(http)?;
    let mut directory = state.directory();
    let client = directory
        .register_oauth_client(request.into())
        .map_err(|error| registration_failed(&error))?;
    let body = ClientResponse {
        client_id: &client.id,
        client_secret: client.secrets.last().map(String::as_str),
        technical_account_id: &client.binding.technical_account_id,
        organization: &client.binding.organization,
        scopes: &client.scopes,
    };
    Ok(json(StatusCode::CREATED, &body))
}

impl From<ClientRequest> for OauthClient {
    fn from(request: ClientRequest) -> Self {
        let settings = ClientSettings {
            client_id: request.client_id,
            client_secrets: request.client_secret.into_iter().collect(),
            public: request.public,
            grants: request
                .grants
                .map(|grants| grants.into_iter().map(GrantType::from).collect()),
            scopes: request.scopes,
            organization: request.organization,
            ..ClientSettings::default()
        };
        Self {
            settings,
            redirect_uri: request.redirect_uri,
            redirect_patterns: request.redirect_patterns,
            ..Self::new()
        }
    }
}

impl From<Grant> for GrantType {
    fn from(grant: Grant) -> Self {
        match grant {
            Grant::ClientCredentials => Self::ClientCredentials,
            Grant::AuthorizationCode => Self::AuthorizationCode,
            Grant::RefreshToken => Self::RefreshToken,
            Grant::Implicit => Self::Implicit,
            Grant::Device => Self::Device,
            Grant::ClusterAtExchange => Self::ClusterAtExchange,
            Grant::TokenExchange => Self::TokenExchange,
        }
    }
}
