//! Who is known to the emulator: clients, their technical accounts, and what binds them.

use std::collections::HashMap;

use crate::crypto::certificate::{BoundCertificate, SigningKey, Validity, self_signed};
use crate::crypto::pem;
use crate::identities::account::{Account, AccountError};
use crate::identities::aem_environment::Environment;
use crate::identities::client::{Binding, Client, ClientSettings, DocumentKey};
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::organization::Membership;
use crate::identities::people::People;
use crate::identities::redirect_uris::RedirectUris;
use crate::random::Random;

/// The scopes of a client that does not say: those that Adobe documents for AEM clients.
const SCOPES: [&str; 4] = [
    "AdobeID",
    "openid",
    "read_organizations",
    "additional_info.projectedProductContext",
];

/// The built-in keys, each used by one account at a time.
const KEYS: [&str; 4] = [
    include_str!("../../keys/technical-account-0.pem"),
    include_str!("../../keys/technical-account-1.pem"),
    include_str!("../../keys/technical-account-2.pem"),
    include_str!("../../keys/technical-account-3.pem"),
];

/// How many secrets of a client are valid at once (documented by Adobe).
const SECRETS_AT_ONCE: usize = 2;

/// All clients, and what is needed to make up the next.
pub(crate) struct Directory {
    clients: Vec<Client>,
    keys_taken: usize,
    random: Random,
    oauth_random: Random,
    user_random: Random,
    environment: Environment,
    organization: String,
    metascopes: Vec<String>,
    /// Of clients that do not say.
    scopes: Vec<String>,
    pub(crate) people: People,
}

impl Directory {
    pub(crate) fn new(
        seed: Option<u64>,
        environment: Environment,
        metascopes: Vec<String>,
    ) -> Self {
        let random = Random::new(seed, "accounts");
        let organization = ident(&random, "AdobeOrg");
        Self {
            clients: Vec::new(),
            keys_taken: 0,
            random,
            oauth_random: Random::new(seed, "oauth clients"),
            user_random: Random::new(seed, "user clients"),
            environment,
            people: People::new(seed, organization.clone()),
            organization,
            metascopes,
            scopes: SCOPES.map(str::to_owned).to_vec(),
        }
    }

    /// Sets the scopes of clients that do not say.
    pub(crate) fn set_scopes(&mut self, scopes: Vec<String>) {
        self.scopes = scopes;
    }

    /// The service accounts.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.is_service_account())
    }

    /// The clients of OAuth server-to-server.
    pub(crate) fn oauth_clients(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.is_allowed(GrantType::ClientCredentials))
    }

    /// The clients that people sign in with.
    pub(crate) fn user_clients(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.has_user_grants())
    }

    /// The organizations of a user id, a person's or a technical account's.
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

    pub(crate) fn remove(&mut self, id: &str) {
        self.clients.retain(|client| client.id != id);
    }

    /// The client whose technical account has this id or e-mail address.
    pub(crate) fn technical_account(&self, id_or_email: &str) -> Option<&Client> {
        self.clients.iter().find(|client| {
            let binding = &client.binding;
            binding.technical_account_id == id_or_email || binding.email == id_or_email
        })
    }

    /// Registers `account` at `now` (seconds since 1970).
    pub(crate) fn register(&mut self, account: Account, now: i64) -> Result<&Client, AccountError> {
        let number = self.accounts().count();
        let id = || self.environment.client_id(number);
        let client = self.complete(account.given, &self.random, id, GrantType::JwtExchange)?;
        let mut bound = Vec::new();
        for certificate in &account.certificates {
            let read = BoundCertificate::from_pem(certificate)
                .ok_or(AccountError::UnreadableCertificate)?;
            bound.push((read, certificate.clone()));
        }
        let current_key = match account.private_key {
            Some(private_key) => Some(own_key(private_key, &client.id, &mut bound, now)?),
            None if bound.is_empty() => {
                let private_key = self.next_key()?;
                Some(own_key(private_key, &client.id, &mut bound, now)?)
            }
            None => None,
        };
        let binding = Binding {
            metascopes: account
                .metascopes
                .unwrap_or_else(|| self.metascopes.clone()),
            certificates: bound.into_iter().map(|(read, _)| read).collect(),
            demands_jti: account.demands_jti,
            ..client.binding
        };
        let client = Client {
            binding,
            current_key,
            ..client
        };
        Ok(self.add(client))
    }

    /// Registers a client of OAuth server-to-server.
    pub(crate) fn register_oauth_client(
        &mut self,
        client: OauthClient,
    ) -> Result<&Client, AccountError> {
        let random = &self.oauth_random;
        let (given, id) = (client.given, || random.hex::<16>());
        let complete = self.complete(given, random, id, GrantType::ClientCredentials)?;
        let redirect_uris = RedirectUris::new(client.redirect_uri, client.redirect_patterns)
            .ok_or_else(|| AccountError::RedirectUri(complete.id.clone()))?;
        let client = Client {
            redirect_uris,
            service_codes: client.service_codes,
            ..complete
        };
        Ok(self.add(client))
    }

    /// Makes up a client of OAuth server-to-server, and one that people sign in with, unless there
    /// is one.
    pub(crate) fn register_made_up_clients(&mut self) -> Result<(), AccountError> {
        if !self.clients.iter().any(|client| {
            client.is_allowed(GrantType::ClientCredentials) && !client.is_service_account()
        }) {
            self.register_oauth_client(OauthClient::new())?;
        }
        if self.user_clients().next().is_none() {
            let id = self.user_random.hex::<16>();
            let technical_account_id = ident(&self.user_random, "techacct.adobe.com");
            let email = format!("{}@techacct.adobe.com", self.user_random.uuid());
            let client = OauthClient::new()
                .client_id(id)
                .technical_account_id(technical_account_id)
                .email(email);
            let more = ["email", "profile", "offline_access"].map(str::to_owned);
            let mut scopes = self.scopes.clone();
            scopes.extend(more.into_iter().filter(|name| !self.scopes.contains(name)));
            let client = for_people(client.scopes(scopes));
            self.register_oauth_client(client)?;
        }
        Ok(())
    }

    /// Gives a client the next built-in key, beside those that it has.
    pub(crate) fn add_key(&mut self, client_id: &str, now: i64) -> Result<(), AccountError> {
        if !self.accounts().any(|client| client.id == client_id) {
            return Err(AccountError::UnknownClientId(client_id.to_owned()));
        }
        let private_key = self.next_key()?;
        let mut bound = Vec::new();
        let key = own_key(private_key, client_id, &mut bound, now)?;
        if let Some(client) = self.client_mut(client_id) {
            let certificates = bound.into_iter().map(|(read, _)| read);
            client.binding.certificates.extend(certificates);
            client.current_key = Some(key);
        }
        Ok(())
    }

    /// Gives a client a new secret; of the older ones only the newest stays valid.
    pub(crate) fn add_secret(&mut self, client_id: &str) -> Result<String, AccountError> {
        let secret = secret(&self.random);
        let client = self
            .client_mut(client_id)
            .ok_or_else(|| AccountError::UnknownClientId(client_id.to_owned()))?;
        client.secrets.push(secret.clone());
        let retired = client.secrets.len().saturating_sub(SECRETS_AT_ONCE);
        client.secrets.drain(..retired);
        Ok(secret)
    }

    /// Makes up what is not given.
    fn complete(
        &self,
        given: ClientSettings,
        random: &Random,
        id: impl FnOnce() -> String,
        usual_grant: GrantType,
    ) -> Result<Client, AccountError> {
        let id = given.client_id.unwrap_or_else(id);
        let technical_account_id = given
            .technical_account_id
            .unwrap_or_else(|| ident(random, "techacct.adobe.com"));
        self.check_free(&id, &technical_account_id)?;
        let secrets = match given.public {
            true => Vec::new(),
            false => valid_secrets(given.client_secrets, random)?,
        };
        let grants = given.grants.unwrap_or_else(|| match given.public {
            true => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            false => vec![usual_grant],
        });
        Ok(Client {
            id,
            secrets,
            grants: grants.into_iter().collect(),
            scopes: given.scopes.unwrap_or_else(|| self.scopes.clone()),
            redirect_uris: RedirectUris::default(),
            service_codes: Vec::new(),
            binding: Binding {
                organization: given
                    .organization
                    .unwrap_or_else(|| self.organization.clone()),
                technical_account_id,
                email: given
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

    fn check_free(&self, id: &str, technical_account_id: &str) -> Result<(), AccountError> {
        if self.client(id).is_some() {
            return Err(AccountError::ClientIdTaken(id.to_owned()));
        }
        if self.technical_account(technical_account_id).is_some() {
            let id = technical_account_id.to_owned();
            return Err(AccountError::TechnicalAccountIdTaken(id));
        }
        Ok(())
    }

    fn add(&mut self, client: Client) -> &Client {
        let number = self.clients.len();
        self.clients.push(client);
        &self.clients[number]
    }

    fn next_key(&mut self) -> Result<String, AccountError> {
        let key = KEYS.get(self.keys_taken).ok_or(AccountError::NoKeyLeft)?;
        self.keys_taken += 1;
        let der = pem::decode(key, pem::PKCS1).expect("the built-in keys are PKCS#1");
        Ok(pem::encode(&der, pem::PKCS1))
    }
}

/// Makes `client` one that runs on its user's machine.
fn for_people(client: OauthClient) -> OauthClient {
    let client = client
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

/// Finds the certificate of a private key among `bound`, or makes one and adds it there.
fn own_key(
    private_key_pem: String,
    common_name: &str,
    bound: &mut Vec<(BoundCertificate, String)>,
    now: i64,
) -> Result<DocumentKey, AccountError> {
    let key = SigningKey::from_pem(&private_key_pem).ok_or(AccountError::UnreadablePrivateKey)?;
    let mine = |entry: &&(BoundCertificate, String)| entry.0.public_key == key.public_key();
    let (not_after, certificate_pem) = match bound.iter().find(mine) {
        Some((read, pem)) => (read.not_after, pem.clone()),
        None => {
            let validity = Validity::one_year_from(now);
            let der = self_signed(&key, common_name, validity);
            let read = BoundCertificate {
                public_key: key.public_key().to_vec(),
                not_after: validity.not_after(),
            };
            let pem = pem::encode(&der, pem::CERTIFICATE);
            bound.push((read, pem.clone()));
            (validity.not_after(), pem)
        }
    };
    Ok(DocumentKey {
        private_key_pem,
        certificate_pem,
        not_after,
    })
}

fn ident(random: &Random, auth_source: &str) -> String {
    format!("{}@{auth_source}", random.hex::<12>().to_uppercase())
}

/// The secrets that were given, or one that is made up.
fn valid_secrets(mut given: Vec<String>, random: &Random) -> Result<Vec<String>, AccountError> {
    if given.len() > SECRETS_AT_ONCE {
        return Err(AccountError::TooManySecrets);
    }
    if given.is_empty() {
        given.push(secret(random));
    }
    Ok(given)
}

fn secret(random: &Random) -> String {
    format!("emulator-{}", random.secret())
}
