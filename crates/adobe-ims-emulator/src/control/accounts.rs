//! `/_emu/accounts`: service accounts, which sign assertions.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::certificates::CertificateView;
use crate::control::json_body::{merged_secrets, read};
use crate::control::secrets::SecretCount;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::identities::account::Account;
use crate::identities::changes::AccountChanges;
use crate::identities::client_settings::ClientSettings;
use crate::identities::credential_document::{ServiceCredentials, service_document};
use crate::identities::grant_type::GrantType;
use crate::identities::registered_client::RegisteredClient;
use crate::identities::registration_error::RegistrationError;
use crate::ims::removal;
use crate::state::State;

/// The fields of an [`Account`]. An unknown field is an error, because it could be a misspelt one,
/// in whose place the emulator would generate a value.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountRequest {
    client_id: Option<String>,
    client_secret: Option<String>,
    client_secrets: Option<Vec<String>>,
    technical_account_id: Option<String>,
    email: Option<String>,
    organization: Option<String>,
    scopes: Option<Vec<String>>,
    metascopes: Option<Vec<String>>,
    grants: Option<Vec<GrantType>>,
    /// In PEM.
    private_key: Option<String>,
    /// In PEM.
    #[serde(default)]
    certificates: Vec<String>,
    #[serde(default)]
    demand_jti: bool,
    #[serde(default)]
    migrated: bool,
}

/// An account as `GET` shows it.
#[derive(Serialize)]
struct AccountView {
    client_id: String,
    technical_account_id: String,
    email: String,
    organization: String,
    metascopes: Vec<String>,
    scopes: Vec<String>,
    grants: Vec<GrantType>,
    demand_jti: bool,
    migrated: bool,
    secrets: SecretCount,
    certificates: Vec<CertificateView>,
}

#[derive(Serialize)]
struct NewAccount<'a> {
    #[serde(flatten)]
    account: AccountView,
    client_secret: &'a str,
    /// `null` if the emulator has no private key of the account.
    document: Option<ServiceCredentials<'a>>,
}

#[derive(Serialize)]
struct List {
    accounts: Vec<AccountView>,
}

/// Handles `GET` and `POST /_emu/accounts`.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    if http.method() == Method::POST {
        return add(state, http);
    }
    let directory = state.directory();
    let accounts = directory.accounts().map(RegisteredClient::from);
    let accounts = accounts
        .map(|account| AccountView::from(&account))
        .collect();
    Ok(json(StatusCode::OK, &List { accounts }))
}

fn add(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: AccountRequest = read(http)?;
    let account = request.into_account()?;
    let now = state.config.clock.unix_seconds();
    let mut directory = state.directory();
    let client = directory.register_account(account, now)?;
    let body = NewAccount {
        account: AccountView::from(&RegisteredClient::from(client)),
        client_secret: client.secrets.newest().unwrap_or_default(),
        document: service_document(client, &state.config.ims_endpoint),
    };
    Ok(json(StatusCode::CREATED, &body))
}

/// Handles `GET`, `PATCH` and `DELETE /_emu/accounts/ID`, where the id is the client id or the
/// technical account id.
pub(crate) fn handle_one(
    state: &State,
    http: &Request<Bytes>,
    id: &str,
) -> Result<Response, ErrorResponse> {
    if http.method() == Method::DELETE {
        removal::remove_account(state, id)?;
        return Ok(no_content());
    }
    let view = if http.method() == Method::PATCH {
        let changes: AccountChanges = read(http)?;
        let mut directory = state.directory();
        let changed = directory.update_account(id, changes);
        changed.map(RegisteredClient::from)
    } else {
        let directory = state.directory();
        let account = directory.account(id).map(RegisteredClient::from);
        account.ok_or_else(|| RegistrationError::UnknownAccount(id.to_owned()))
    };
    let view = view?;
    Ok(json(StatusCode::OK, &AccountView::from(&view)))
}

impl AccountRequest {
    fn into_account(self) -> Result<Account, ErrorResponse> {
        let settings = ClientSettings {
            client_id: self.client_id,
            client_secrets: merged_secrets(self.client_secret, self.client_secrets)?,
            public: false,
            technical_account_id: self.technical_account_id,
            email: self.email,
            organization: self.organization,
            scopes: self.scopes,
            grants: self.grants,
            migrated: self.migrated,
        };
        Ok(Account {
            settings,
            metascopes: self.metascopes,
            private_key: self.private_key,
            certificates: self.certificates,
            demands_jti: self.demand_jti,
        })
    }
}

impl From<&RegisteredClient> for AccountView {
    fn from(account: &RegisteredClient) -> Self {
        let certificates = account.certificates().iter();
        Self {
            client_id: account.client_id().to_owned(),
            technical_account_id: account.technical_account_id().to_owned(),
            email: account.email().to_owned(),
            organization: account.organization().to_owned(),
            metascopes: account.metascopes().to_vec(),
            scopes: account.scopes().to_vec(),
            grants: account.grants().to_vec(),
            demand_jti: account.demands_jti(),
            migrated: account.is_migrated(),
            secrets: SecretCount::from(account),
            certificates: certificates.map(CertificateView::from).collect(),
        }
    }
}
