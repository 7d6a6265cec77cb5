//! The directory of all registered clients and people.

use std::collections::HashMap;

use crate::identities::account::Account;
use crate::identities::aem_environment::AemEnvironment;
use crate::identities::client::{Binding, Client};
use crate::identities::client_settings::ClientSettings;
use crate::identities::grant_type::GrantType;
use crate::identities::key_binding::{BuiltInKeys, Certificates};
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Membership;
use crate::identities::person_store::PersonStore;
use crate::identities::redirect_uris::RedirectUris;
use crate::identities::registration_error::RegistrationError;
use crate::random::Random;

/// The default scopes: those that Adobe documents for AEM clients.
const DEFAULT_SCOPES: [&str; 4] = [
    "AdobeID",
    "openid",
    "read_organizations",
    "additional_info.projectedProductContext",
];

/// The number of secrets of a client that are valid at once (documented by Adobe).
const MAX_SECRETS: usize = 2;

/// The registered clients and people, with the sources of generated values.
#[derive(Clone)]
pub(crate) struct Directory {
    clients: Vec<Client>,
    built_in_keys: BuiltInKeys,
    account_random: Random,
    oauth_random: Random,
    user_random: Random,
    environment: AemEnvironment,
    default_organization: String,
    default_metascopes: Vec<String>,
    default_scopes: Vec<String>,
    pub(crate) people: PersonStore,
}

/// The values of a new client that depend on its kind.
struct ClientDefaults<'a> {
    id: String,
    grant: GrantType,
    random: &'a Random,
}

impl Directory {
    pub(crate) fn new(
        seed: Option<u64>,
        environment: AemEnvironment,
        default_metascopes: Vec<String>,
    ) -> Self {
        let account_random = Random::new(seed, "accounts");
        let default_organization = random_id(&account_random, "AdobeOrg");
        Self {
            clients: Vec::new(),
            built_in_keys: BuiltInKeys::default(),
            account_random,
            oauth_random: Random::new(seed, "oauth clients"),
            user_random: Random::new(seed, "user clients"),
            environment,
            people: PersonStore::new(seed, default_organization.clone()),
            default_organization,
            default_metascopes,
            default_scopes: DEFAULT_SCOPES.map(str::to_owned).to_vec(),
        }
    }

    /// Sets the scopes of clients without scopes of their own.
    pub(crate) fn set_default_scopes(&mut self, scopes: Vec<String>) {
        self.default_scopes = scopes;
    }

    /// Returns the service accounts.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.is_service_account())
    }

    /// Returns the clients of OAuth server-to-server.
    pub(crate) fn oauth_clients(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.is_allowed(GrantType::ClientCredentials))
    }

    /// Returns the clients that people sign in with.
    pub(crate) fn user_clients(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.has_user_grants())
    }

    /// Returns the organizations of a person or of a technical account.
    pub(crate) fn memberships(&self, user_id: &str) -> Option<Vec<Membership>> {
        if let Some(person) = self.people.by_user_id(user_id) {
            return Some(person.memberships().to_vec());
        }
        let client = self.technical_account(user_id)?;
        Some(vec![Membership {
            organization: self.people.organization(&client.binding.organization),
            groups: Vec::new(),
        }])
    }

    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn client_mut(&mut self, id: &str) -> Option<&mut Client> {
        self.clients.iter_mut().find(|client| client.id == id)
    }

    pub(crate) fn remove_client(&mut self, id: &str) {
        self.clients.retain(|client| client.id != id);
    }

    /// Returns the client whose technical account has this id or e-mail address.
    pub(crate) fn technical_account(&self, id_or_email: &str) -> Option<&Client> {
        self.clients.iter().find(|client| {
            let binding = &client.binding;
            binding.technical_account_id == id_or_email || binding.email == id_or_email
        })
    }

    /// Returns the user id of a technical account or a person with this id or e-mail address.
    pub(crate) fn user_id(&self, id_or_email: &str) -> Option<&str> {
        if let Some(client) = self.technical_account(id_or_email) {
            return Some(&client.binding.technical_account_id);
        }
        let person = self.people.by_user_id_or_email(id_or_email)?;
        Some(person.user_id())
    }

    /// Registers a service account at `now`, in seconds since 1970.
    pub(crate) fn register_account(
        &mut self,
        account: Account,
        now: i64,
    ) -> Result<&Client, RegistrationError> {
        let id = account.settings.client_id.clone().unwrap_or_else(|| {
            let number = self.accounts().count();
            self.environment.client_id(number)
        });
        let defaults = ClientDefaults {
            id,
            grant: GrantType::JwtExchange,
            random: &self.account_random,
        };
        let mut client = self.new_client(account.settings, defaults)?;
        let mut certificates = Certificates::from_pem(&account.certificates)?;
        let private_key = match account.private_key {
            None if certificates.is_empty() => Some(self.built_in_keys.take_next()?),
            own => own,
        };
        client.current_key = private_key
            .map(|private_key| certificates.bind_key(private_key, &client.id, now))
            .transpose()?;
        client.binding.certificates = certificates.into_bound();
        client.binding.demands_jti = account.demands_jti;
        client.binding.metascopes = account
            .metascopes
            .unwrap_or_else(|| self.default_metascopes.clone());
        Ok(self.add_client(client))
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
            grant: GrantType::ClientCredentials,
            random,
        };
        let mut registered = self.new_client(client.settings, defaults)?;
        registered.redirect_uris = RedirectUris::new(client.redirect_uri, client.redirect_patterns)
            .ok_or_else(|| RegistrationError::RedirectUri(registered.id.clone()))?;
        registered.service_codes = client.service_codes;
        Ok(self.add_client(registered))
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

    /// Adds the next built-in key to a service account.
    pub(crate) fn add_key(&mut self, client_id: &str, now: i64) -> Result<(), RegistrationError> {
        if !self.accounts().any(|client| client.id == client_id) {
            return Err(RegistrationError::UnknownClientId(client_id.to_owned()));
        }
        let private_key = self.built_in_keys.take_next()?;
        let mut certificates = Certificates::default();
        let key = certificates.bind_key(private_key, client_id, now)?;
        if let Some(client) = self.client_mut(client_id) {
            let certificates = certificates.into_bound();
            client.binding.certificates.extend(certificates);
            client.current_key = Some(key);
        }
        Ok(())
    }

    /// Adds a secret to a client. Of the older secrets the newest stays valid.
    pub(crate) fn add_secret(&mut self, client_id: &str) -> Result<String, RegistrationError> {
        let secret = random_secret(&self.account_random);
        let client = self
            .client_mut(client_id)
            .ok_or_else(|| RegistrationError::UnknownClientId(client_id.to_owned()))?;
        client.secrets.push(secret.clone());
        let retired = client.secrets.len().saturating_sub(MAX_SECRETS);
        client.secrets.drain(..retired);
        Ok(secret)
    }

    /// Completes the settings of a client with generated values.
    fn new_client(
        &self,
        settings: ClientSettings,
        defaults: ClientDefaults<'_>,
    ) -> Result<Client, RegistrationError> {
        let ClientDefaults { id, grant, random } = defaults;
        let technical_account_id = settings
            .technical_account_id
            .unwrap_or_else(|| random_id(random, "techacct.adobe.com"));
        self.check_ids_unused(&id, &technical_account_id)?;
        let (secrets, grants) = if settings.public {
            let grants = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
            (Vec::new(), grants)
        } else {
            let secrets = secrets_or_random(settings.client_secrets, random)?;
            (secrets, vec![grant])
        };
        Ok(Client {
            id,
            secrets,
            grants: settings.grants.unwrap_or(grants).into_iter().collect(),
            scopes: settings
                .scopes
                .unwrap_or_else(|| self.default_scopes.clone()),
            redirect_uris: RedirectUris::default(),
            service_codes: Vec::new(),
            binding: Binding {
                organization: settings
                    .organization
                    .unwrap_or_else(|| self.default_organization.clone()),
                technical_account_id,
                email: settings
                    .email
                    .unwrap_or_else(|| format!("{}@techacct.adobe.com", random.uuid())),
                metascopes: Vec::new(),
                certificates: Vec::new(),
                demands_jti: false,
                used_jti: HashMap::new(),
            },
            current_key: None,
        })
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

    fn check_ids_unused(
        &self,
        id: &str,
        technical_account_id: &str,
    ) -> Result<(), RegistrationError> {
        if self.client(id).is_some() {
            return Err(RegistrationError::ClientIdTaken(id.to_owned()));
        }
        if self.technical_account(technical_account_id).is_some() {
            let id = technical_account_id.to_owned();
            return Err(RegistrationError::TechnicalAccountIdTaken(id));
        }
        Ok(())
    }

    fn add_client(&mut self, client: Client) -> &Client {
        let index = self.clients.len();
        self.clients.push(client);
        &self.clients[index]
    }
}

/// Returns a random id of the form `<24 hex>@<auth source>`.
fn random_id(random: &Random, auth_source: &str) -> String {
    format!("{}@{auth_source}", random.hex::<12>().to_uppercase())
}

/// Returns the given secrets, or a random one if there are none.
fn secrets_or_random(
    mut secrets: Vec<String>,
    random: &Random,
) -> Result<Vec<String>, RegistrationError> {
    if secrets.len() > MAX_SECRETS {
        return Err(RegistrationError::TooManySecrets);
    }
    if secrets.is_empty() {
        secrets.push(random_secret(random));
    }
    Ok(secrets)
}

fn random_secret(random: &Random) -> String {
    format!("emulator-{}", random.secret())
}
