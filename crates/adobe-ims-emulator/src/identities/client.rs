//! A registered client and its technical account.

use std::collections::{BTreeSet, HashMap};

use crate::crypto::certificate::BoundCertificate;
use crate::identities::grant_type::GrantType;
use crate::identities::redirect_uris::RedirectUris;

/// An IMS client with its technical account.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// The valid secrets, the oldest first. A public client has none.
    pub(crate) secrets: Vec<String>,
    pub(crate) grants: BTreeSet<GrantType>,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uris: RedirectUris,
    /// The permanent authorization codes.
    pub(crate) service_codes: Vec<String>,
    pub(crate) binding: Binding,
    /// The key of the credential document: the newest private key that the emulator holds.
    pub(crate) current_key: Option<DocumentKey>,
}

impl Client {
    pub(crate) fn is_allowed(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Returns whether the client signs assertions, which takes a certificate.
    pub(crate) fn is_service_account(&self) -> bool {
        !self.binding.certificates.is_empty()
    }

    /// Returns whether the client has no secret. Such a client uses PKCE instead.
    pub(crate) fn is_public(&self) -> bool {
        self.secrets.is_empty()
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
#[derive(Clone)]
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

/// The private key and the certificate of a credential document.
#[derive(Clone)]
pub(crate) struct DocumentKey {
    pub(crate) private_key_pem: String,
    pub(crate) certificate_pem: String,
    /// Seconds since 1970.
    pub(crate) not_after: i64,
}
