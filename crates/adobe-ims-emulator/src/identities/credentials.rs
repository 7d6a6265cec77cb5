//! The rotation of certificates and secrets.

use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::key_binding::Certificates;
use crate::identities::registration::random_secret;
use crate::identities::registration_error::RegistrationError;

/// A secret that was added to a client.
pub(crate) struct NewSecret {
    pub(crate) number: u32,
    pub(crate) secret: String,
}

impl Directory {
    /// Adds a built-in key to a service account, with a certificate that is valid for the year from
    /// `now`, in seconds since 1970. Returns the fingerprint of the certificate.
    pub(crate) fn add_key(&mut self, id: &str, now: i64) -> Result<String, RegistrationError> {
        let account = self.account(id).ok_or_else(|| unknown_account(id))?;
        let client_id = account.id.clone();
        let in_force = account.binding.certificates.clone();
        let private_key = self.built_in_keys.take_next(&in_force)?;
        let mut certificates = Certificates::default();
        let key = certificates.bind_key(private_key, &client_id, now)?;
        let fingerprint = key.fingerprint.clone();
        if let Some(client) = self.client_mut(&client_id) {
            let certificates = certificates.into_bound();
            client.binding.certificates.extend(certificates);
            client.document_keys.push(key);
        }
        Ok(fingerprint)
    }

    /// Adds a certificate in PEM to a service account, and returns its fingerprint.
    pub(crate) fn add_certificate(
        &mut self,
        id: &str,
        pem: &str,
    ) -> Result<String, RegistrationError> {
        let account = self.account_mut(id)?;
        let certificates = Certificates::from_pem(&[pem.to_owned()])?;
        let mut fingerprint = String::new();
        for certificate in certificates.into_bound() {
            fingerprint.clone_from(&certificate.fingerprint);
            let mut in_force = account.binding.certificates.iter();
            if in_force.any(|own| own.fingerprint == fingerprint) {
                return Err(RegistrationError::CertificateTaken(fingerprint));
            }
            account.binding.certificates.push(certificate);
        }
        Ok(fingerprint)
    }

    /// Retires a certificate of a service account, and forgets its private key. Returns whether the
    /// account had a certificate of this fingerprint.
    pub(crate) fn retire_certificate(
        &mut self,
        id: &str,
        fingerprint: &str,
    ) -> Result<bool, RegistrationError> {
        // As other tools print it.
        let fingerprint = fingerprint.replace(':', "").to_ascii_lowercase();
        let account = self.account_mut(id)?;
        let certificates = &mut account.binding.certificates;
        let before = certificates.len();
        certificates.retain(|own| own.fingerprint != fingerprint);
        let was_known = certificates.len() < before;
        let keys = &mut account.document_keys;
        keys.retain(|key| key.fingerprint != fingerprint);
        Ok(was_known)
    }

    /// Adds a secret to a client: this one, or a random one.
    pub(crate) fn add_secret(
        &mut self,
        client_id: &str,
        secret: Option<String>,
    ) -> Result<NewSecret, RegistrationError> {
        let random = &self.account_random;
        let mut clients = self.clients.iter_mut();
        let client = clients.find(|client| client.id == client_id);
        let client = client.ok_or_else(|| unknown_client(client_id))?;
        let secrets = &mut client.secrets;
        let number = secrets.add(client_id, || {
            secret.unwrap_or_else(|| random_secret(random))
        })?;
        let secret = secrets.newest().unwrap_or_default().to_owned();
        Ok(NewSecret { number, secret })
    }

    /// Ends a secret of a client. Returns whether the client had a secret of this number.
    pub(crate) fn remove_secret(
        &mut self,
        client_id: &str,
        number: u32,
    ) -> Result<bool, RegistrationError> {
        let client = self.client_mut(client_id);
        let client = client.ok_or_else(|| unknown_client(client_id))?;
        Ok(client.secrets.remove(number))
    }

    fn account_mut(&mut self, id: &str) -> Result<&mut Client, RegistrationError> {
        let account = self.account(id).ok_or_else(|| unknown_account(id))?;
        let client_id = account.id.clone();
        let client = self.client_mut(&client_id);
        client.ok_or_else(|| unknown_account(id))
    }
}

pub(super) fn unknown_account(id: &str) -> RegistrationError {
    RegistrationError::UnknownAccount(id.to_owned())
}

pub(super) fn unknown_client(id: &str) -> RegistrationError {
    RegistrationError::UnknownClientId(id.to_owned())
}
