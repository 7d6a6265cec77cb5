//! A client as the emulator knows it, and what binds a technical account to it.

use std::collections::{BTreeSet, HashMap};

use crate::crypto::certificate::BoundCertificate;
use crate::identities::grant_type::GrantType;
use crate::identities::redirect_uris::RedirectUris;

/// What a test says of a client, whatever its kind; everything else is made up.
#[derive(Clone, Default)]
pub(crate) struct ClientSettings {
    pub(crate) client_id: Option<String>,
    pub(crate) client_secrets: Vec<String>,
    /// It has no secret at all.
    pub(crate) public: bool,
    pub(crate) technical_account_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) grants: Option<Vec<GrantType>>,
}

/// An IMS client with the technical account that it stands for.
pub(crate) struct Client {
    pub(crate) id: String,
    /// The valid ones, the oldest first; a public client has none.
    pub(crate) secrets: Vec<String>,
    pub(crate) grants: BTreeSet<GrantType>,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uris: RedirectUris,
    /// Its permanent authorization codes.
    pub(crate) service_codes: Vec<String>,
    pub(crate) binding: Binding,
    /// The newest key that the emulator holds: the one of the credentials document.
    pub(crate) current_key: Option<DocumentKey>,
}

impl Client {
    /// Whether it is registered for a grant.
    pub(crate) fn is_allowed(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Whether it is a service account: one with certificates to sign assertions for.
    pub(crate) fn is_service_account(&self) -> bool {
        !self.binding.certificates.is_empty()
    }

    /// Whether it has no secret, and has to prove with PKCE that a code is its own.
    pub(crate) fn is_public(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Whether people sign in with it.
    pub(crate) fn has_user_grants(&self) -> bool {
        [
            GrantType::AuthorizationCode,
            GrantType::Implicit,
            GrantType::Device,
        ]
        .into_iter()
        .any(|grant| self.is_allowed(grant))
    }
}

/// What ties a technical account to a client.
pub(crate) struct Binding {
    pub(crate) organization: String,
    pub(crate) technical_account_id: String,
    pub(crate) email: String,
    pub(crate) metascopes: Vec<String>,
    pub(crate) certificates: Vec<BoundCertificate>,
    pub(crate) demands_jti: bool,
    /// Each `jti` that was used, and until when (milliseconds since 1970) its assertion lives.
    pub(crate) used_jti: HashMap<String, i128>,
}

/// A private key and its certificate, as a credentials document holds them.
pub(crate) struct DocumentKey {
    pub(crate) private_key_pem: String,
    pub(crate) certificate_pem: String,
    /// Seconds since 1970.
    pub(crate) not_after: i64,
}
