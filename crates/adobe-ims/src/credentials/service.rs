use std::sync::OnceLock;
use std::time::SystemTime;

use crate::crypto::Certificate;
use crate::crypto::KeyContext;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// Service credentials: a technical account, its client and its key.
///
/// Those of the AEM Developer Console are read in both published forms: the old one with a single account
/// per environment and the newer one with several (client ids end in `-integration-N`, with
/// `certificateExpirationDate`). Those of the Adobe Developer Console, which Adobe has ended, come without
/// the key and in the spellings of aio.
#[derive(Clone, Debug)]
pub struct ServiceCredentials {
    pub(crate) environment: Environment,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) technical_account_id: String,
    pub(crate) organization_id: String,
    pub(crate) metascopes: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) private_key: Secret,
    /// Of the private key; only aio keeps it with the rest.
    pub(crate) passphrase: Option<Secret>,
    /// See [`PartialCredentials::ended`](super::document::partial::PartialCredentials::ended).
    pub(crate) ended: bool,
    pub(crate) email: Option<String>,
    pub(crate) certificate: Option<UnreadCertificate>,
    pub(crate) certificate_expiration_date: Option<SystemTime>,
}

/// Its text, and what was read of it when somebody asked.
pub(crate) type UnreadCertificate = (Secret, OnceLock<Result<Certificate>>);

pub(crate) fn unread(certificate: Option<Secret>) -> Option<UnreadCertificate> {
    certificate.map(|pem| (pem, OnceLock::new()))
}

impl ServiceCredentials {
    /// Asks for a token for these audiences: `resource` of the exchange, once for each (relied upon by a
    /// published client).
    #[must_use]
    pub fn for_resources(mut self, resources: impl IntoIterator<Item = String>) -> Self {
        self.resources = resources.into_iter().collect();
        self
    }

    /// Where to ask (`imsEndpoint`).
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The client id (`technicalAccount.clientId`); it becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The technical account's id (`id`), the `sub` of assertions: `…@techacct.adobe.com`.
    pub fn technical_account_id(&self) -> &str {
        &self.technical_account_id
    }

    /// The technical account's e-mail address, which is its login name in AEM.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The organisation (`org`), the `iss` of assertions: `…@AdobeOrg`.
    pub fn organization_id(&self) -> &str {
        &self.organization_id
    }

    /// The metascopes, split at commas.
    pub fn metascopes(&self) -> &[String] {
        &self.metascopes
    }

    /// The certificate (`publicKey`): `None` when the document has none, an error when it cannot
    /// be read. The exchange does not need it; without it the pair is not checked.
    pub fn certificate(&self) -> Option<Result<&Certificate, &Error>> {
        let (pem, read) = self.certificate.as_ref()?;
        Some(
            read.get_or_init(|| Certificate::read(pem.expose().as_bytes()))
                .as_ref(),
        )
    }

    /// Whether the private key is in a file of its own, which the document only names.
    pub fn names_a_key_file(&self) -> bool {
        KeyContext::names_a_file(&self.private_key)
    }

    /// `certificateExpirationDate`, as far as the document says it: what there is to know without reading
    /// the certificate. A JWT download of the Adobe Developer Console lists its certificates with the days on
    /// which they expire (`PUBLIC_KEYS_WITH_EXPIRY`); the last counts, for which of them the key belongs to
    /// is not said, from its beginning (UTC).
    pub fn stated_certificate_expiry(&self) -> Option<SystemTime> {
        self.certificate_expiration_date
    }

    /// When the certificate expires, and with it the right to get tokens: the earlier of what the document
    /// [states](Self::stated_certificate_expiry) and the certificate's own date.
    pub fn certificate_expires_at(&self) -> Option<SystemTime> {
        let own = self
            .certificate()
            .and_then(Result::ok)
            .map(Certificate::not_after);
        self.certificate_expiration_date
            .into_iter()
            .chain(own)
            .min()
    }
}
