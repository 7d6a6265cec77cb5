use std::sync::OnceLock;
use std::time::SystemTime;

use crate::crypto::Certificate;
use crate::crypto::KeyContext;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::util::secret::Secret;
use crate::value::FieldNote;

/// Service credentials: a technical account, its client and its private key.
///
/// The AEM Developer Console issues them in two published forms. The old form has one account per environment. The
/// newer form has several: client ids end in `-integration-N`, and there is a `certificateExpirationDate`. Documents of
/// the Adobe Developer Console, which Adobe has ended, have no key. Documents of aio use other names.
///
/// ```
/// use adobe_ims::Credentials;
///
/// # fn read(document: &[u8]) -> adobe_ims::Result<()> {
/// if let Credentials::Service(credentials) = Credentials::parse(document)? {
///     println!("{} expires {:?}", credentials.client_id(), credentials.certificate_expires_at());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ServiceCredentials {
    pub(crate) environment: Environment,
    /// The environment that the document names, where the caller replaced it.
    pub(crate) replaced_environment: Option<Environment>,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) technical_account_id: String,
    pub(crate) organization_id: String,
    pub(crate) metascopes: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) private_key: Secret,
    /// The passphrase of the private key. Only contexts of aio have it.
    pub(crate) passphrase: Option<Secret>,
    /// True for a JWT credential of the Adobe Developer Console: Adobe has ended the exchange for these.
    pub(crate) ended: bool,
    pub(crate) email: Option<String>,
    pub(crate) certificate: Option<UnreadCertificate>,
    pub(crate) certificate_expiration_date: Option<SystemTime>,
    /// The repairs and oddities of ids and secret, for the case that IMS refuses them.
    pub(crate) notes: Vec<FieldNote>,
    /// True if the document says that an emulator made it.
    pub(crate) is_of_emulator: bool,
}

/// The text of a certificate, and the certificate once it has been read.
pub(crate) type UnreadCertificate = (Secret, OnceLock<Result<Certificate>>);

pub(crate) fn unread(certificate: Option<Secret>) -> Option<UnreadCertificate> {
    certificate.map(|pem| (pem, OnceLock::new()))
}

impl ServiceCredentials {
    /// Requests tokens for these audiences: `resource` of the exchange, once for each (relied upon by a published
    /// client).
    #[must_use]
    pub fn for_resources(mut self, resources: impl IntoIterator<Item = String>) -> Self {
        self.resources = resources.into_iter().collect();
        self
    }

    /// Returns the environment (`imsEndpoint`).
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the client id (`technicalAccount.clientId`). It becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the id of the technical account (`id`), the `sub` of assertions: `…@techacct.adobe.com`.
    pub fn technical_account_id(&self) -> &str {
        &self.technical_account_id
    }

    /// Returns the e-mail address of the technical account, which is its login name in AEM.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Returns the organisation (`org`), the `iss` of assertions: `…@AdobeOrg`.
    pub fn organization_id(&self) -> &str {
        &self.organization_id
    }

    /// Returns the metascopes, split at commas.
    pub fn metascopes(&self) -> &[String] {
        &self.metascopes
    }

    /// Returns the certificate (`publicKey`): `None` if the document has none, an error if it cannot be read. The
    /// exchange does not need it. Without it, key and certificate are not compared.
    pub fn certificate(&self) -> Option<Result<&Certificate, &Error>> {
        let (pem, read) = self.certificate.as_ref()?;
        Some(
            read.get_or_init(|| Certificate::read(pem.expose().as_bytes()))
                .as_ref(),
        )
    }

    /// Returns true if the document only names the file of the private key.
    pub fn names_a_key_file(&self) -> bool {
        KeyContext::names_a_file(&self.private_key)
    }

    /// Returns the expiry that the document states (`certificateExpirationDate`). The certificate itself is not read.
    ///
    /// A JWT download of the Adobe Developer Console lists its certificates with their days of expiry
    /// (`PUBLIC_KEYS_WITH_EXPIRY`). It does not say to which of them the key belongs, so the last day counts, from its
    /// beginning (UTC).
    pub fn stated_certificate_expiry(&self) -> Option<SystemTime> {
        self.certificate_expiration_date
    }

    /// Returns the expiry of the certificate. After it, IMS issues no more tokens. It is the earlier of the date that the
    /// document [states](Self::stated_certificate_expiry) and the date in the certificate.
    pub fn certificate_expires_at(&self) -> Option<SystemTime> {
        let in_certificate = self
            .certificate()
            .and_then(Result::ok)
            .map(Certificate::not_after);
        self.certificate_expiration_date
            .into_iter()
            .chain(in_certificate)
            .min()
    }
}
