//! Registrations in the handle of an emulator: changes, rotation, removal, and made-up tokens.

use crate::custom_token::{CustomToken, MadeToken};
use crate::emulator::running::Emulator;
use crate::identities::changes::{AccountChanges, ClientChanges};
use crate::identities::person::RegisteredPerson;
use crate::identities::person_changes::PersonChanges;
use crate::identities::registered_client::RegisteredClient;
use crate::identities::registration_error::RegistrationError;
use crate::ims::removal;

impl Emulator {
    /// Returns the service account with this client id or technical account id.
    pub fn account(&self, id: &str) -> Option<RegisteredClient> {
        self.state.directory().account(id).map(Into::into)
    }

    /// Returns the clients of any kind in the order of their registration.
    pub fn clients(&self) -> Vec<RegisteredClient> {
        let directory = self.state.directory();
        directory.clients().iter().map(Into::into).collect()
    }

    /// Returns the client of any kind with this client id.
    pub fn client(&self, client_id: &str) -> Option<RegisteredClient> {
        self.state.directory().client(client_id).map(Into::into)
    }

    /// Changes the service account with this client id or technical account id.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such account, if a scope or metascope is none, or if another
    /// client or a person has the e-mail address. Then nothing changes.
    pub fn update_account(
        &self,
        id: &str,
        changes: AccountChanges,
    ) -> Result<RegisteredClient, RegistrationError> {
        let mut directory = self.state.directory();
        directory.update_account(id, changes).map(Into::into)
    }

    /// Removes the service account with this client id or technical account id. Its tokens end,
    /// unless an OAuth client has the same client id.
    ///
    /// ```
    /// use adobe_ims_emulator::Emulator;
    ///
    /// let emulator = Emulator::start()?;
    /// emulator.remove_account("cm-p12345-e67890-integration-0")?;
    /// assert!(emulator.accounts().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such account.
    pub fn remove_account(&self, id: &str) -> Result<(), RegistrationError> {
        removal::remove_account(&self.state, id)
    }

    /// Changes an OAuth client.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client, if a scope is none, if the default redirect URI
    /// is not allowed, or if another client or a person has the e-mail address. Then nothing changes.
    pub fn update_oauth_client(
        &self,
        client_id: &str,
        changes: ClientChanges,
    ) -> Result<RegisteredClient, RegistrationError> {
        let mut directory = self.state.directory();
        let changed = directory.update_oauth_client(client_id, changes);
        changed.map(Into::into)
    }

    /// Removes an OAuth client. Its tokens end, unless a service account has the same client id.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client.
    pub fn remove_oauth_client(&self, client_id: &str) -> Result<(), RegistrationError> {
        removal::remove_oauth_client(&self.state, client_id)
    }

    /// Adds a key and its certificate to an account, and returns the fingerprint of the certificate.
    /// The credential document shows the new key. The older keys stay valid, as in AEM (documented
    /// by Adobe).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such account, or if it has a certificate for each built-in
    /// key.
    pub fn add_key(&self, id: &str) -> Result<String, RegistrationError> {
        let now = self.state.config.clock.unix_seconds();
        self.state.directory().add_key(id, now)
    }

    /// Adds a certificate in PEM to an account, and returns its fingerprint: the SHA-256 of the DER
    /// in hexadecimal digits. The credential document does not change.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such account, if the certificate cannot be read, or if the
    /// account has it already.
    pub fn add_certificate(&self, id: &str, pem: &str) -> Result<String, RegistrationError> {
        self.state.directory().add_certificate(id, pem)
    }

    /// Retires a certificate of an account, by its fingerprint. The emulator refuses assertions that
    /// are signed with its key. The credential document shows the newest of the other keys. Returns
    /// whether the account had such a certificate.
    ///
    /// ```
    /// use adobe_ims_emulator::Emulator;
    ///
    /// let emulator = Emulator::start()?;
    /// let account = emulator.accounts().remove(0);
    /// emulator.add_key(account.client_id())?;
    /// // Both keys work. A program under test takes over the new document, then the old key ends:
    /// let old = &account.certificates()[0].fingerprint;
    /// assert!(emulator.retire_certificate(account.client_id(), old)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such account.
    pub fn retire_certificate(
        &self,
        id: &str,
        fingerprint: &str,
    ) -> Result<bool, RegistrationError> {
        let mut directory = self.state.directory();
        directory.retire_certificate(id, fingerprint)
    }

    /// Adds a secret to a client, and returns it. The credential document shows the new secret. The
    /// previous secret stays valid until [`remove_client_secret`](Self::remove_client_secret).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client, if it is public, or if it has two secrets.
    pub fn add_client_secret(&self, client_id: &str) -> Result<String, RegistrationError> {
        let mut directory = self.state.directory();
        let added = directory.add_secret(client_id, None);
        added.map(|added| added.secret)
    }

    /// Ends a secret of a client, by its number. Returns whether the client had such a secret.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client.
    pub fn remove_client_secret(
        &self,
        client_id: &str,
        number: u32,
    ) -> Result<bool, RegistrationError> {
        let mut directory = self.state.directory();
        directory.remove_secret(client_id, number)
    }

    /// Changes the person with this user id or e-mail address.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such person, if somebody else has the e-mail address, or if
    /// groups are set for a person who is not in exactly one organization. Then nothing changes.
    pub fn update_person(
        &self,
        user_id_or_email: &str,
        changes: PersonChanges,
    ) -> Result<RegisteredPerson, RegistrationError> {
        let mut directory = self.state.directory();
        directory.update_person(user_id_or_email, changes).cloned()
    }

    /// Removes the person with this user id or e-mail address. The person's tokens end.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such person.
    pub fn remove_person(&self, user_id_or_email: &str) -> Result<(), RegistrationError> {
        removal::remove_person(&self.state, user_id_or_email)
    }

    /// Makes up an access token.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such account, client or person.
    pub fn custom_token(&self, token: &CustomToken) -> Result<MadeToken, RegistrationError> {
        token.make(&self.state)
    }
}
