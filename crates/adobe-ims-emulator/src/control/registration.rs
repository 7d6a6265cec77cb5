//! Registering clients, people and permanent authorization codes.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, registration_failed};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::client_settings::ClientSettings;
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Organization;
use crate::identities::person::Person;
use crate::ims::service_code;
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

/// The fields of a [`Person`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRequest {
    user_id: Option<String>,
    auth_id: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    country: Option<String>,
    /// The id of the only organization of the person.
    organization: Option<String>,
}

#[derive(Serialize)]
struct PersonResponse<'a> {
    user_id: &'a str,
    auth_id: &'a str,
    email: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceCodeRequest {
    client_id: String,
}

#[derive(Serialize)]
struct ServiceCodeResponse {
    code: String,
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

/// Handles `POST /_emu/people`.
pub(crate) fn add_person(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: PersonRequest = read(http)?;
    let mut directory = state.directory();
    let person = directory
        .people
        .add(request.into())
        .map_err(|error| registration_failed(&error))?;
    let body = PersonResponse {
        user_id: person.user_id(),
        auth_id: person.auth_id(),
        email: person.email(),
    };
    Ok(json(StatusCode::CREATED, &body))
}

/// Handles `POST /_emu/service_codes`.
pub(crate) fn add_service_code(
    state: &State,
    http: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let request: ServiceCodeRequest = read(http)?;
    let code = service_code::add_service_code(state, &request.client_id)
        .map_err(|error| registration_failed(&error))?;
    Ok(json(StatusCode::CREATED, &ServiceCodeResponse { code }))
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

impl From<PersonRequest> for Person {
    fn from(request: PersonRequest) -> Self {
        let person = Self {
            user_id: request.user_id,
            auth_id: request.auth_id,
            email: request.email,
            first_name: request.first_name,
            last_name: request.last_name,
            country: request.country,
            ..Self::new()
        };
        match request.organization {
            Some(id) => person.member_of(Organization::new(id), []),
            None => person,
        }
    }
}
