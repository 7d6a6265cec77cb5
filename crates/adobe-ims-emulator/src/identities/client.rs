//! A registered client and its technical account.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::crypto::certificate::BoundCertificate;
use crate::identities::client_secrets::ClientSecrets;
use crate::identities::grant_type::GrantType;
use crate::identities::redirect_uris::RedirectUris;
use crate::identities::registration_error::RegistrationError;

/// A credential of a client. While a client migrates it has both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) enum Credential {
    /// Certificates, with whose keys the client signs assertions.
    ServiceAccount,
    /// The grants of OAuth.
    Oauth,
}

/// An IMS client with its technical account.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secrets: ClientSecrets,
    pub(crate) credentials: BTreeSet<Credential>,
    pub(crate) grants: BTreeSet<GrantType>,
    /// The migration to OAuth is complete: the client exchanges no more JWT.
    pub(crate) is_migrated: bool,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uris: RedirectUris,
    /// The permanent authorization codes.
    pub(crate) service_codes: Vec<String>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) binding: Binding,
    /// The private keys that the emulator holds, the newest last. Each has a certificate of the
    /// binding.
    pub(crate) document_keys: Vec<DocumentKey>,
}

impl Client {
    pub(crate) fn is_allowed(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Returns whether the client signs assertions.
    pub(crate) fn is_service_account(&self) -> bool {
        self.credentials.contains(&Credential::ServiceAccount)
    }

    /// Returns whether the client has grants of OAuth, or is registered for them.
    pub(crate) fn is_oauth_client(&self) -> bool {
        self.credentials.contains(&Credential::Oauth)
    }

    /// Completes the migration to OAuth, or takes it back.
    pub(crate) fn set_migrated(&mut self, is_migrated: bool) -> Result<(), RegistrationError> {
        if is_migrated {
            if self.is_public() {
                return Err(RegistrationError::PublicClient(self.id.clone()));
            }
            self.grants.insert(GrantType::ClientCredentials);
            self.credentials.insert(Credential::Oauth);
        }
        self.is_migrated = is_migrated;
        Ok(())
    }

    /// Returns the key of the credential document: the newest one.
    pub(crate) fn current_key(&self) -> Option<&DocumentKey> {
        self.document_keys.last()
    }

    /// Returns whether the client has no secret. Such a client uses PKCE instead.
    pub(crate) fn is_public(&self) -> bool {
        self.secrets.is_public()
    }

    /// Returns whether people sign in with the client.
    pub(crate) fn has_user_grants(&self) -> bool {
        [
            GrantType::AuthorizationCode,
            GrantType::Implicit,
            GrantType::Device,
        ]
        .into_iter()
        .any(|grant| self.is_allowed(grant))
    }

    pub(crate) fn has_service_code(&self, code: &str) -> bool {
        self.service_codes.iter().any(|own| own == code)
    }
}

/// The binding of a technical account to a client.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Binding {
    pub(crate) organization: String,
    pub(crate) technical_account_id: String,
    pub(crate) email: String,
    pub(crate) metascopes: Vec<String>,
    pub(crate) certificates: Vec<BoundCertificate>,
    pub(crate) demands_jti: bool,
    /// The expiry of the assertion of each used `jti`, in milliseconds since 1970.
    pub(crate) used_jti: HashMap<String, i128>,
}

/// The consent of an organization's administrator to a client of another organization.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Consent {
    pub(crate) organization: String,
    /// The technical account of the consenting organization, which is the user of its tokens.
    pub(crate) technical_account_id: String,
    pub(crate) email: String,
    /// A withdrawn consent gives no new tokens. Those that exist live on (documented by Adobe).
    pub(crate) is_given: bool,
}

/// The private key and the certificate of a credential document.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct DocumentKey {
    /// The fingerprint of the certificate.
    pub(crate) fingerprint: String,
    pub(crate) private_key_pem: String,
    pub(crate) certificate_pem: String,
    /// Seconds since 1970.
    pub(crate) not_after: i64,
}
