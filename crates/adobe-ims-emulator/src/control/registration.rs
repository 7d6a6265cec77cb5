//! Registering clients, people and permanent codes from outside.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use super::{read, refused};
use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::client::ClientSettings;
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Organization;
use crate::identities::person::Person;
use crate::state::State;

/// The fields of [`OauthClient`]. What is misspelt is refused, because what is left out is made up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
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
struct RegisteredClient<'a> {
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    technical_account_id: &'a str,
    organization: &'a str,
    scopes: &'a [String],
}

/// The fields of [`Person`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRequest {
    user_id: Option<String>,
    auth_id: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    country: Option<String>,
    /// The id of the only one that the person belongs to.
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
struct Code {
    code: String,
}

/// `POST /_emu/clients`
pub(crate) fn add_client(
    state: &State,
    request: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let wanted: Client = read(request)?;
    let mut directory = state.directory();
    let client = directory
        .register_oauth_client(wanted.into())
        .map_err(|error| refused(&error))?;
    let registered = RegisteredClient {
        client_id: &client.id,
        client_secret: client.secrets.last().map(String::as_str),
        technical_account_id: &client.binding.technical_account_id,
        organization: &client.binding.organization,
        scopes: &client.scopes,
    };
    Ok(json(StatusCode::CREATED, &registered))
}

/// `POST /_emu/people`
pub(crate) fn add_person(
    state: &State,
    request: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let wanted: PersonRequest = read(request)?;
    let mut directory = state.directory();
    let person = directory
        .people
        .register(wanted.into())
        .map_err(|error| refused(&error))?;
    let registered = PersonResponse {
        user_id: person.user_id(),
        auth_id: person.auth_id(),
        email: person.email(),
    };
    Ok(json(StatusCode::CREATED, &registered))
}

/// `POST /_emu/service_codes`
pub(crate) fn add_service_code(
    state: &State,
    request: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let wanted: ServiceCodeRequest = read(request)?;
    let code = state
        .add_service_code(&wanted.client_id)
        .map_err(|error| refused(&error))?;
    Ok(json(StatusCode::CREATED, &Code { code }))
}

impl From<Client> for OauthClient {
    fn from(wanted: Client) -> Self {
        let given = ClientSettings {
            client_id: wanted.client_id,
            client_secrets: wanted.client_secret.into_iter().collect(),
            public: wanted.public,
            grants: wanted
                .grants
                .map(|grants| grants.into_iter().map(GrantType::from).collect()),
            scopes: wanted.scopes,
            organization: wanted.organization,
            ..ClientSettings::default()
        };
        Self {
            given,
            redirect_uri: wanted.redirect_uri,
            redirect_patterns: wanted.redirect_patterns,
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
    fn from(wanted: PersonRequest) -> Self {
        let person = Self {
            user_id: wanted.user_id,
            auth_id: wanted.auth_id,
            email: wanted.email,
            first_name: wanted.first_name,
            last_name: wanted.last_name,
            country: wanted.country,
            ..Self::new()
        };
        match wanted.organization {
            Some(id) => person.member_of(Organization::new(id), []),
            None => person,
        }
    }
}
