//! The removal of registered clients and people.

use crate::identities::client::{Client, Credential};
use crate::identities::credentials::{unknown_account, unknown_client};
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::identities::redirect_uris::RedirectUris;
use crate::identities::registration_error::RegistrationError;

/// The removal of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// The client lives on with its other credential.
    Credential,
    /// The client is gone.
    Client,
}

impl Directory {
    /// Removes the credential of a service account. A client without another credential is removed.
    pub(crate) fn remove_account(
        &mut self,
        id: &str,
    ) -> Result<(Client, Removal), RegistrationError> {
        let account = self.account(id).ok_or_else(|| unknown_account(id))?;
        let mut client = account.clone();
        client.grants.remove(&GrantType::JwtExchange);
        client.document_keys.clear();
        let binding = &mut client.binding;
        binding.metascopes.clear();
        binding.certificates.clear();
        binding.used_jti.clear();
        binding.demands_jti = false;
        Ok(self.remove_credential(client, Credential::ServiceAccount))
    }

    /// Removes the credential of an OAuth client. A client without another credential is removed.
    pub(crate) fn remove_oauth_client(
        &mut self,
        id: &str,
    ) -> Result<(Client, Removal), RegistrationError> {
        let client = self.registered_oauth_client(id);
        let mut client = client.ok_or_else(|| unknown_client(id))?.clone();
        client
            .grants
            .retain(|grant| *grant == GrantType::JwtExchange);
        client.redirect_uris = RedirectUris::default();
        client.service_codes.clear();
        client.is_migrated = false;
        Ok(self.remove_credential(client, Credential::Oauth))
    }

    /// Removes the person with this user id or e-mail address, and returns the person.
    pub(crate) fn remove_person(&mut self, id: &str) -> Option<RegisteredPerson> {
        let person = self.people.by_user_id_or_email(id)?.clone();
        self.people.remove(&person.user_id);
        Some(person)
    }

    fn remove_credential(
        &mut self,
        mut client: Client,
        credential: Credential,
    ) -> (Client, Removal) {
        client.credentials.remove(&credential);
        if client.credentials.is_empty() {
            self.remove_client(&client.id);
            return (client, Removal::Client);
        }
        (self.put_client(client).clone(), Removal::Credential)
    }
}
