//! The directory of all registered clients and people.

use serde::{Deserialize, Serialize};

use crate::identities::aem_environment::AemEnvironment;
use crate::identities::client::{Client, Consent};
use crate::identities::client_user::ClientUser;
use crate::identities::grant_type::GrantType;
use crate::identities::key_binding::BuiltInKeys;
use crate::identities::organization::{Membership, Organization};
use crate::identities::person_store::PersonStore;
use crate::identities::registration_error::RegistrationError;
use crate::random::Random;

/// The default scopes: those that Adobe documents for AEM clients.
const DEFAULT_SCOPES: [&str; 4] = [
    "AdobeID",
    "openid",
    "read_organizations",
    "additional_info.projectedProductContext",
];

/// The registered clients and people, with the sources of generated values.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Directory {
    pub(super) clients: Vec<Client>,
    pub(super) built_in_keys: BuiltInKeys,
    pub(super) account_random: Random,
    pub(super) oauth_random: Random,
    pub(super) user_random: Random,
    pub(super) environment: AemEnvironment,
    pub(super) default_organization: String,
    pub(super) default_metascopes: Vec<String>,
    pub(super) default_scopes: Vec<String>,
    pub(crate) people: PersonStore,
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

    /// Takes the configuration of another directory: the environment, and the defaults of new
    /// clients.
    pub(crate) fn configured_as(mut self, other: &Self) -> Self {
        self.environment = other.environment;
        self.default_metascopes
            .clone_from(&other.default_metascopes);
        self.default_scopes.clone_from(&other.default_scopes);
        self
    }

    /// Sets the scopes of clients without scopes of their own.
    pub(crate) fn set_default_scopes(&mut self, scopes: Vec<String>) {
        self.default_scopes = scopes;
    }

    /// Returns the id of the organization of all who have no other.
    pub(crate) fn default_organization(&self) -> &str {
        &self.default_organization
    }

    /// Returns the service accounts.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.is_service_account())
    }

    /// Returns the service account with this client id or technical account id.
    pub(crate) fn account(&self, id: &str) -> Option<&Client> {
        let by_client_id = self.accounts().find(|client| client.id == id);
        by_client_id.or_else(|| {
            let mut accounts = self.accounts();
            accounts.find(|client| client.binding.technical_account_id == id)
        })
    }

    /// Returns the clients that are registered for OAuth.
    pub(crate) fn registered_oauth_clients(&self) -> impl Iterator<Item = &Client> {
        let clients = self.clients.iter();
        clients.filter(|client| client.is_oauth_client())
    }

    /// Returns the client that is registered for OAuth with this client id.
    pub(crate) fn registered_oauth_client(&self, id: &str) -> Option<&Client> {
        let mut clients = self.registered_oauth_clients();
        clients.find(|client| client.id == id)
    }

    /// Returns all clients.
    pub(crate) fn clients(&self) -> &[Client] {
        &self.clients
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
        let user = self.client_user(user_id)?;
        Some(vec![Membership {
            organization: self.people.organization(user.organization),
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

    /// Returns an organization that was described, or that a client or a person belongs to.
    pub(crate) fn known_organization(&self, id: &str) -> Option<Organization> {
        let is_of_client =
            |client: &Client| client.binding.organization == id || client.consent(id).is_some();
        let is_known = self.people.knows_organization(id) || self.clients.iter().any(is_of_client);
        is_known.then(|| self.people.organization(id))
    }

    /// Returns the user of an id that belongs to a client.
    pub(crate) fn client_user(&self, user_id: &str) -> Option<ClientUser<'_>> {
        self.clients.iter().find_map(|client| client.user(user_id))
    }

    /// Notes the consent of another organization to a client, and makes its technical account.
    pub(crate) fn give_consent(
        &mut self,
        client_id: &str,
        organization: &str,
    ) -> Result<&Consent, RegistrationError> {
        let unknown = || RegistrationError::UnknownClientId(client_id.to_owned());
        let consent = Consent {
            organization: organization.to_owned(),
            technical_account_id: random_id(&self.account_random, "techacct.adobe.com"),
            email: format!("{}@techacct.adobe.com", self.account_random.uuid()),
            is_given: true,
        };
        let client = self.client_mut(client_id).ok_or_else(unknown)?;
        let is_other = organization != client.binding.organization;
        if !client.is_allowed(GrantType::ClientCredentials) || !is_other {
            return Err(RegistrationError::NoConsentNeeded(client_id.to_owned()));
        }
        if !is_organization(organization) {
            return Err(RegistrationError::Organization(organization.to_owned()));
        }
        let consents = &mut client.consents;
        let known = consents
            .iter()
            .position(|own| own.organization == organization);
        let index = known.unwrap_or_else(|| {
            consents.push(consent);
            consents.len() - 1
        });
        consents[index].is_given = true;
        Ok(&consents[index])
    }

    /// Withdraws a consent. Returns whether there was one.
    pub(crate) fn withdraw_consent(&mut self, client_id: &str, organization: &str) -> bool {
        let client = self.client_mut(client_id);
        let mut consents = client.into_iter().flat_map(|client| &mut client.consents);
        let consent = consents.find(|consent| consent.organization == organization);
        consent.is_some_and(|consent| std::mem::take(&mut consent.is_given))
    }

    /// Returns the user id of a technical account or a person with this id or e-mail address.
    pub(crate) fn user_id(&self, id_or_email: &str) -> Option<&str> {
        if let Some(client) = self.technical_account(id_or_email) {
            return Some(&client.binding.technical_account_id);
        }
        let person = self.people.by_user_id_or_email(id_or_email)?;
        Some(person.user_id())
    }
}

/// Returns a random id of the form `<24 hex>@<auth source>`.
pub(super) fn random_id(random: &Random, auth_source: &str) -> String {
    format!("{}@{auth_source}", random.hex::<12>().to_uppercase())
}

/// Returns whether a text is an id of the form `<ident>@AdobeOrg`.
fn is_organization(text: &str) -> bool {
    let ident = text.strip_suffix("@AdobeOrg").unwrap_or_default();
    !ident.is_empty() && ident.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
