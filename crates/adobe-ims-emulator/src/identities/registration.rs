//! The registration of clients and people.
//!
//! A service account may be registered for the client id of an OAuth client, and the other way
//! round: the client migrates, and both credentials work (documented by Adobe). They share
//! technical account, organization, secrets and scopes.

use std::collections::{BTreeSet, HashMap};

use crate::identities::account::Account;
use crate::identities::client::{Binding, Client, Credential};
use crate::identities::client_secrets::ClientSecrets;
use crate::identities::client_settings::ClientSettings;
use crate::identities::directory::{Directory, random_id};
use crate::identities::grant_type::GrantType;
use crate::identities::key_binding::Certificates;
use crate::identities::names::{is_metascope, is_scope};
use crate::identities::oauth_client::OauthClient;
use crate::identities::person::{Person, RegisteredPerson};
use crate::identities::redirect_uris::RedirectUris;
use crate::identities::registration_error::RegistrationError;
use crate::random::Random;

/// The values of a new client that depend on its kind.
struct ClientDefaults<'a> {
    id: String,
    credential: Credential,
    grant: GrantType,
    random: &'a Random,
}

impl Directory {
    /// Registers a service account at `now`, in seconds since 1970.
    pub(crate) fn register_account(
        &mut self,
        account: Account,
        now: i64,
    ) -> Result<&Client, RegistrationError> {
        let id = account.settings.client_id.clone();
        let defaults = ClientDefaults {
            id: id.unwrap_or_else(|| self.unused_account_id()),
            credential: Credential::ServiceAccount,
            grant: GrantType::JwtExchange,
            random: &self.account_random,
        };
        let metascopes = account.metascopes;
        let metascopes = metascopes.unwrap_or_else(|| self.default_metascopes.clone());
        check_metascopes(&metascopes)?;
        let mut client = self.client_for(account.settings, defaults)?;
        let mut certificates = Certificates::from_pem(&account.certificates)?;
        let private_key = match account.private_key {
            None if certificates.is_empty() => Some(self.built_in_keys.take_next(&[])?),
            own => own,
        };
        let key = private_key.map(|key| certificates.bind_key(key, &client.id, now));
        client.document_keys = key.transpose()?.into_iter().collect();
        client.binding.certificates = certificates.into_bound();
        client.binding.demands_jti = account.demands_jti;
        client.binding.metascopes = metascopes;
        Ok(self.put_client(client))
    }

    /// Registers an OAuth client.
    pub(crate) fn register_oauth_client(
        &mut self,
        client: OauthClient,
    ) -> Result<&Client, RegistrationError> {
        let random = &self.oauth_random;
        let id = client.settings.client_id.clone();
        let defaults = ClientDefaults {
            id: id.unwrap_or_else(|| random.hex::<16>()),
            credential: Credential::Oauth,
            grant: GrantType::ClientCredentials,
            random,
        };
        let mut registered = self.client_for(client.settings, defaults)?;
        registered.redirect_uris = RedirectUris::new(client.redirect_uri, client.redirect_patterns)
            .ok_or_else(|| RegistrationError::RedirectUri(registered.id.clone()))?;
        registered.service_codes = client.service_codes;
        Ok(self.put_client(registered))
    }

    /// Registers a client of OAuth server-to-server and a client for sign-ins, unless there is one
    /// of each.
    pub(crate) fn register_default_clients(&mut self) -> Result<(), RegistrationError> {
        if self.oauth_clients().all(Client::is_service_account) {
            self.register_oauth_client(OauthClient::new())?;
        }
        if self.user_clients().next().is_none() {
            let client = self.default_user_client();
            self.register_oauth_client(client)?;
        }
        Ok(())
    }

    /// Registers a person.
    pub(crate) fn register_person(
        &mut self,
        person: Person,
    ) -> Result<&RegisteredPerson, RegistrationError> {
        for id in person.user_id.iter().chain(&person.email) {
            if self.technical_account(id).is_some() {
                return Err(RegistrationError::TechnicalAccountIdTaken(id.clone()));
            }
        }
        self.people.add(person)
    }

    /// Returns a new client, or the client of this id with one credential more.
    fn client_for(
        &self,
        settings: ClientSettings,
        defaults: ClientDefaults<'_>,
    ) -> Result<Client, RegistrationError> {
        check_settings(&settings)?;
        let is_migrated = settings.migrated;
        let mut client = match self.client(&defaults.id) {
            Some(client) => with_credential(client, settings, &defaults)?,
            None => self.new_client(settings, defaults)?,
        };
        if is_migrated {
            client.set_migrated(true)?;
        }
        Ok(client)
    }

    /// Completes the settings of a client with generated values.
    fn new_client(
        &self,
        settings: ClientSettings,
        defaults: ClientDefaults<'_>,
    ) -> Result<Client, RegistrationError> {
        let random = defaults.random;
        let technical_account_id = settings
            .technical_account_id
            .unwrap_or_else(|| random_id(random, "techacct.adobe.com"));
        self.check_unused(&technical_account_id)?;
        if let Some(email) = &settings.email {
            self.check_unused(email)?;
        }
        let (secrets, grants) = if settings.public {
            let grants = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
            (ClientSecrets::Public, grants)
        } else {
            let secrets = secrets_or_random(settings.client_secrets, random);
            let secrets = ClientSecrets::confidential(secrets)?;
            (secrets, vec![defaults.grant])
        };
        let organization = settings.organization;
        let scopes = settings.scopes;
        let mut client = Client {
            id: defaults.id,
            secrets,
            credentials: BTreeSet::new(),
            grants: BTreeSet::new(),
            is_migrated: false,
            scopes: scopes.unwrap_or_else(|| self.default_scopes.clone()),
            redirect_uris: RedirectUris::default(),
            service_codes: Vec::new(),
            consents: Vec::new(),
            binding: Binding {
                organization: organization.unwrap_or_else(|| self.default_organization.clone()),
                technical_account_id,
                email: settings
                    .email
                    .unwrap_or_else(|| format!("{}@techacct.adobe.com", random.uuid())),
                metascopes: Vec::new(),
                certificates: Vec::new(),
                demands_jti: false,
                used_jti: HashMap::new(),
            },
            document_keys: Vec::new(),
        };
        let grants = settings.grants.unwrap_or(grants);
        add_credential(&mut client, defaults.credential, grants);
        Ok(client)
    }

    /// Checks that no technical account and no person has an id or e-mail address.
    pub(super) fn check_unused(&self, id_or_email: &str) -> Result<(), RegistrationError> {
        let id = || id_or_email.to_owned();
        if self.technical_account(id_or_email).is_some() {
            return Err(RegistrationError::TechnicalAccountIdTaken(id()));
        }
        if self.people.by_user_id_or_email(id_or_email).is_some() {
            return Err(RegistrationError::PersonTaken(id()));
        }
        Ok(())
    }

    /// Returns the client id of the next account, by the number of accounts.
    fn unused_account_id(&self) -> String {
        let first = self.accounts().count();
        let mut ids = (first..).map(|number| self.environment.client_id(number));
        ids.find(|id| self.client(id).is_none())
            .expect("the numbers do not end")
    }

    /// Returns a public client for sign-ins that may redirect to every URI on loopback.
    fn default_user_client(&self) -> OauthClient {
        let random = &self.user_random;
        let id = random.hex::<16>();
        let technical_account_id = random_id(random, "techacct.adobe.com");
        let email = format!("{}@techacct.adobe.com", random.uuid());
        let user_scopes = ["email", "profile", "offline_access"].map(str::to_owned);
        let mut scopes = self.default_scopes.clone();
        scopes.extend(
            user_scopes
                .into_iter()
                .filter(|name| !self.default_scopes.contains(name)),
        );
        let client = OauthClient::new()
            .client_id(id)
            .technical_account_id(technical_account_id)
            .email(email)
            .scopes(scopes)
            .public()
            .grants([
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::Implicit,
            ])
            .redirect_uri("http://localhost:8888");
        ["localhost", r"127\.0\.0\.1", r"[::1]"]
            .into_iter()
            .flat_map(|host| ["", "/.*", ":.*"].map(|rest| format!("http://{host}{rest}")))
            .fold(client, OauthClient::redirect_pattern)
    }

    /// Adds a client, or puts it in the place of the one with its id.
    pub(super) fn put_client(&mut self, client: Client) -> &Client {
        let mut clients = self.clients.iter();
        let index = clients.position(|own| own.id == client.id);
        let index = index.unwrap_or(self.clients.len());
        if let Some(own) = self.clients.get_mut(index) {
            *own = client;
        } else {
            self.clients.push(client);
        }
        &self.clients[index]
    }
}

/// Returns a client with one credential more.
fn with_credential(
    client: &Client,
    settings: ClientSettings,
    defaults: &ClientDefaults<'_>,
) -> Result<Client, RegistrationError> {
    if client.credentials.contains(&defaults.credential) {
        return Err(RegistrationError::ClientIdTaken(defaults.id.clone()));
    }
    if client.is_public() || settings.public {
        return Err(RegistrationError::PublicClient(defaults.id.clone()));
    }
    let binding = &client.binding;
    for (own, wanted) in [
        (
            &binding.technical_account_id,
            &settings.technical_account_id,
        ),
        (&binding.email, &settings.email),
        (&binding.organization, &settings.organization),
    ] {
        if wanted.as_ref().is_some_and(|wanted| wanted != own) {
            let id = defaults.id.clone();
            return Err(RegistrationError::OtherTechnicalAccount(id));
        }
    }
    let mut client = client.clone();
    for secret in settings.client_secrets {
        if !client.secrets.contains(&secret) {
            client.secrets.add(&defaults.id, || secret)?;
        }
    }
    if let Some(scopes) = settings.scopes {
        client.scopes = scopes;
    }
    let grants = settings.grants.unwrap_or_else(|| vec![defaults.grant]);
    add_credential(&mut client, defaults.credential, grants);
    Ok(client)
}

/// Adds a credential and its grants. A grant of OAuth makes a service account an OAuth client too.
fn add_credential(client: &mut Client, credential: Credential, grants: Vec<GrantType>) {
    let has_oauth = grants.iter().any(|grant| *grant != GrantType::JwtExchange);
    client.credentials.insert(credential);
    client
        .credentials
        .extend(has_oauth.then_some(Credential::Oauth));
    client.grants.extend(grants);
}

/// Checks what needs no comparison with other clients.
fn check_settings(settings: &ClientSettings) -> Result<(), RegistrationError> {
    for (field, value) in [
        ("client_id", &settings.client_id),
        ("technical_account_id", &settings.technical_account_id),
        ("email", &settings.email),
        ("organization", &settings.organization),
    ] {
        check_text(field, value.as_deref())?;
    }
    check_scopes(settings.scopes.as_deref().unwrap_or_default())
}

/// Refuses an empty text.
pub(super) fn check_text(
    field: &'static str,
    value: Option<&str>,
) -> Result<(), RegistrationError> {
    match value {
        Some("") => Err(RegistrationError::Empty(field)),
        _ => Ok(()),
    }
}

pub(super) fn check_scopes(names: &[String]) -> Result<(), RegistrationError> {
    match names.iter().find(|name| !is_scope(name)) {
        Some(name) => Err(RegistrationError::Scope(name.clone())),
        None => Ok(()),
    }
}

pub(super) fn check_metascopes(names: &[String]) -> Result<(), RegistrationError> {
    match names.iter().find(|name| !is_metascope(name)) {
        Some(name) => Err(RegistrationError::Metascope(name.clone())),
        None => Ok(()),
    }
}

/// Returns the given secrets, or a random one if there are none.
fn secrets_or_random(mut secrets: Vec<String>, random: &Random) -> Vec<String> {
    if secrets.is_empty() {
        secrets.push(random_secret(random));
    }
    secrets
}

pub(super) fn random_secret(random: &Random) -> String {
    format!("emulator-{}", random.secret())
}
