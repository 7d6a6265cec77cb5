//! `/_emu/clients`: OAuth clients.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{merged_secrets, read};
use crate::control::secrets::SecretCount;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::identities::changes::ClientChanges;
use crate::identities::client::Client;
use crate::identities::client_settings::ClientSettings;
use crate::identities::credential_document::{OauthCredentials, oauth_document};
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::registered_client::RegisteredClient;
use crate::identities::registration_error::RegistrationError;
use crate::ims::removal;
use crate::state::State;

/// The fields of an [`OauthClient`]. An unknown field is an error, because it could be a misspelt
/// one, in whose place the emulator would generate a value.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientRequest {
    client_id: Option<String>,
    client_secret: Option<String>,
    client_secrets: Option<Vec<String>>,
    #[serde(default)]
    public: bool,
    grants: Option<Vec<GrantType>>,
    scopes: Option<Vec<String>>,
    technical_account_id: Option<String>,
    email: Option<String>,
    organization: Option<String>,
    redirect_uri: Option<String>,
    #[serde(default)]
    redirect_patterns: Vec<String>,
    #[serde(default)]
    migrated: bool,
}

/// A client as `GET` shows it.
#[derive(Serialize)]
struct ClientView {
    client_id: String,
    public: bool,
    grants: Vec<GrantType>,
    scopes: Vec<String>,
    technical_account_id: String,
    email: String,
    organization: String,
    redirect_uri: Option<String>,
    redirect_patterns: Vec<String>,
    migrated: bool,
    secrets: SecretCount,
}

#[derive(Serialize)]
struct NewClient<'a> {
    #[serde(flatten)]
    client: ClientView,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    /// The document of OAuth server-to-server.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<OauthCredentials<'a>>,
}

#[derive(Serialize)]
struct List {
    clients: Vec<ClientView>,
}

/// Handles `GET` and `POST /_emu/clients`.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    if http.method() == Method::POST {
        return add(state, http);
    }
    let directory = state.directory();
    let clients = directory.registered_oauth_clients();
    let clients = clients.map(ClientView::from).collect();
    Ok(json(StatusCode::OK, &List { clients }))
}

fn add(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: ClientRequest = read(http)?;
    let client = request.into_client()?;
    let mut directory = state.directory();
    let client = directory.register_oauth_client(client)?;
    let has_document = client.is_allowed(GrantType::ClientCredentials) && !client.is_public();
    let body = NewClient {
        client: ClientView::from(client),
        client_secret: client.secrets.newest(),
        document: has_document.then(|| oauth_document(client)),
    };
    Ok(json(StatusCode::CREATED, &body))
}

/// Handles `GET`, `PATCH` and `DELETE /_emu/clients/ID`.
pub(crate) fn handle_one(
    state: &State,
    http: &Request<Bytes>,
    id: &str,
) -> Result<Response, ErrorResponse> {
    if http.method() == Method::DELETE {
        removal::remove_oauth_client(state, id)?;
        return Ok(no_content());
    }
    let view = if http.method() == Method::PATCH {
        let changes: ClientChanges = read(http)?;
        let mut directory = state.directory();
        let changed = directory.update_oauth_client(id, changes);
        changed.map(ClientView::from)
    } else {
        let directory = state.directory();
        let client = directory.registered_oauth_client(id);
        let client = client.map(ClientView::from);
        client.ok_or_else(|| RegistrationError::UnknownClientId(id.to_owned()))
    };
    Ok(json(StatusCode::OK, &view?))
}

impl ClientRequest {
    fn into_client(self) -> Result<OauthClient, ErrorResponse> {
        let settings = ClientSettings {
            client_id: self.client_id,
            client_secrets: merged_secrets(self.client_secret, self.client_secrets)?,
            public: self.public,
            technical_account_id: self.technical_account_id,
            email: self.email,
            organization: self.organization,
            scopes: self.scopes,
            grants: self.grants,
            migrated: self.migrated,
        };
        Ok(OauthClient {
            settings,
            redirect_uri: self.redirect_uri,
            redirect_patterns: self.redirect_patterns,
            service_codes: Vec::new(),
        })
    }
}

impl From<&Client> for ClientView {
    fn from(client: &Client) -> Self {
        let client = RegisteredClient::from(client);
        Self {
            client_id: client.client_id().to_owned(),
            public: client.is_public(),
            grants: client.grants().to_vec(),
            scopes: client.scopes().to_vec(),
            technical_account_id: client.technical_account_id().to_owned(),
            email: client.email().to_owned(),
            organization: client.organization().to_owned(),
            redirect_uri: client.redirect_uri().map(str::to_owned),
            redirect_patterns: client.redirect_patterns().to_vec(),
            migrated: client.is_migrated(),
            secrets: SecretCount::from(&client),
        }
    }
}
