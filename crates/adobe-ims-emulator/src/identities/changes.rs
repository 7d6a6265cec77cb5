//! Changes of registered clients.

use serde::{Deserialize, Deserializer};

use crate::identities::client::{Client, Credential};
use crate::identities::credentials::{unknown_account, unknown_client};
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identities::person_changes::set;
use crate::identities::redirect_uris::RedirectUris;
use crate::identities::registration::{check_metascopes, check_scopes, check_text};
use crate::identities::registration_error::RegistrationError;

/// Changes of a service account. What is not set stays as it is.
///
/// ```
/// use adobe_ims_emulator::Emulator;
/// use adobe_ims_emulator::identities::AccountChanges;
///
/// let emulator = Emulator::start()?;
/// let account = &emulator.accounts()[0];
/// let changes = AccountChanges::new().metascopes(["ent_user_sdk"]).demand_jti(true);
/// let changed = emulator.update_account(account.client_id(), changes)?;
/// assert_eq!(changed.metascopes(), ["ent_user_sdk"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountChanges {
    email: Option<String>,
    organization: Option<String>,
    scopes: Option<Vec<String>>,
    metascopes: Option<Vec<String>>,
    grants: Option<Vec<GrantType>>,
    demand_jti: Option<bool>,
    migrated: Option<bool>,
}

/// Changes of an OAuth client. What is not set stays as it is.
///
/// ```
/// use adobe_ims_emulator::Emulator;
/// use adobe_ims_emulator::identities::ClientChanges;
///
/// let emulator = Emulator::start()?;
/// let client = &emulator.oauth_clients()[0];
/// let changes = ClientChanges::new().scopes(["openid"]);
/// let changed = emulator.update_oauth_client(client.client_id(), changes)?;
/// assert_eq!(changed.scopes(), ["openid"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientChanges {
    email: Option<String>,
    organization: Option<String>,
    scopes: Option<Vec<String>>,
    grants: Option<Vec<GrantType>>,
    /// `null` removes the default redirect URI.
    #[serde(default, deserialize_with = "nullable")]
    redirect_uri: Option<Option<String>>,
    redirect_patterns: Option<Vec<String>>,
    migrated: Option<bool>,
}

/// Implements the setters that the changes of accounts and of clients share.
macro_rules! impl_shared_changes {
    ($changes:ident) => {
        impl $changes {
            /// Creates changes without any.
            pub fn new() -> Self {
                Self::default()
            }

            /// Changes the e-mail address of the technical account.
            #[must_use]
            pub fn email(mut self, email: impl Into<String>) -> Self {
                self.email = Some(email.into());
                self
            }

            /// Changes the organization.
            #[must_use]
            pub fn organization(mut self, organization: impl Into<String>) -> Self {
                self.organization = Some(organization.into());
                self
            }

            /// Replaces the scopes.
            #[must_use]
            pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
                self.scopes = Some(names.into_iter().map(Into::into).collect());
                self
            }

            /// Replaces the grants.
            #[must_use]
            pub fn grants(mut self, grants: impl IntoIterator<Item = GrantType>) -> Self {
                self.grants = Some(grants.into_iter().collect());
                self
            }

            /// Completes the migration to OAuth server-to-server, or takes it back.
            #[must_use]
            pub fn migrated(mut self, is_migrated: bool) -> Self {
                self.migrated = Some(is_migrated);
                self
            }
        }
    };
}

impl_shared_changes!(AccountChanges);
impl_shared_changes!(ClientChanges);

impl AccountChanges {
    /// Replaces the metascopes of the binding.
    #[must_use]
    pub fn metascopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.metascopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets that the binding demands a `jti` in each assertion, or does not.
    #[must_use]
    pub fn demand_jti(mut self, demands_jti: bool) -> Self {
        self.demand_jti = Some(demands_jti);
        self
    }

    fn apply(self, client: &mut Client) -> Result<(), RegistrationError> {
        let binding = &mut client.binding;
        if let Some(metascopes) = self.metascopes {
            check_metascopes(&metascopes)?;
            binding.metascopes = metascopes;
        }
        if let Some(demands_jti) = self.demand_jti {
            binding.demands_jti = demands_jti;
        }
        let shared = SharedChanges {
            email: self.email,
            organization: self.organization,
            scopes: self.scopes,
            grants: self.grants,
            migrated: self.migrated,
        };
        shared.apply(client)
    }
}

impl ClientChanges {
    /// Changes the default redirect URI, or removes it.
    #[must_use]
    pub fn redirect_uri(mut self, uri: Option<&str>) -> Self {
        self.redirect_uri = Some(uri.map(str::to_owned));
        self
    }

    /// Replaces the patterns of redirect URIs.
    #[must_use]
    pub fn redirect_patterns<S: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = S>,
    ) -> Self {
        self.redirect_patterns = Some(patterns.into_iter().map(Into::into).collect());
        self
    }

    fn apply(self, client: &mut Client) -> Result<(), RegistrationError> {
        let own = &client.redirect_uris;
        let default = self.redirect_uri;
        let default = default.unwrap_or_else(|| own.default_uri().map(str::to_owned));
        let patterns = self.redirect_patterns;
        let patterns = patterns.unwrap_or_else(|| own.patterns().to_vec());
        client.redirect_uris = RedirectUris::new(default, patterns)
            .ok_or_else(|| RegistrationError::RedirectUri(client.id.clone()))?;
        let shared = SharedChanges {
            email: self.email,
            organization: self.organization,
            scopes: self.scopes,
            grants: self.grants,
            migrated: self.migrated,
        };
        shared.apply(client)
    }
}

/// The changes that accounts and clients share.
struct SharedChanges {
    email: Option<String>,
    organization: Option<String>,
    scopes: Option<Vec<String>>,
    grants: Option<Vec<GrantType>>,
    migrated: Option<bool>,
}

impl SharedChanges {
    fn apply(self, client: &mut Client) -> Result<(), RegistrationError> {
        check_text("email", self.email.as_deref())?;
        check_text("organization", self.organization.as_deref())?;
        check_scopes(self.scopes.as_deref().unwrap_or_default())?;
        let binding = &mut client.binding;
        set(&mut binding.email, self.email);
        set(&mut binding.organization, self.organization);
        set(&mut client.scopes, self.scopes);
        let grants = self.grants.map(|grants| grants.into_iter().collect());
        set(&mut client.grants, grants);
        let mut grants = client.grants.iter();
        if grants.any(|grant| *grant != GrantType::JwtExchange) {
            client.credentials.insert(Credential::Oauth);
        }
        match self.migrated {
            Some(is_migrated) => client.set_migrated(is_migrated),
            None => Ok(()),
        }
    }
}

impl Directory {
    /// Changes a service account.
    pub(crate) fn update_account(
        &mut self,
        id: &str,
        changes: AccountChanges,
    ) -> Result<&Client, RegistrationError> {
        let account = self.account(id).ok_or_else(|| unknown_account(id))?;
        let mut changed = account.clone();
        self.check_email(account, changes.email.as_deref())?;
        changes.apply(&mut changed)?;
        Ok(self.put_client(changed))
    }

    /// Changes an OAuth client.
    pub(crate) fn update_oauth_client(
        &mut self,
        id: &str,
        changes: ClientChanges,
    ) -> Result<&Client, RegistrationError> {
        let client = self.registered_oauth_client(id);
        let client = client.ok_or_else(|| unknown_client(id))?;
        let mut changed = client.clone();
        self.check_email(client, changes.email.as_deref())?;
        changes.apply(&mut changed)?;
        Ok(self.put_client(changed))
    }

    /// Checks that a new e-mail address of a technical account is not another's.
    fn check_email(&self, client: &Client, email: Option<&str>) -> Result<(), RegistrationError> {
        match email {
            Some(email) if email != client.binding.email => self.check_unused(email),
            _ => Ok(()),
        }
    }
}

/// Reads a field whose `null` differs from its absence.
fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
