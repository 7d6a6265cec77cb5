use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::aliases::FieldNames;
use super::field::Field;
use super::partial::{Kind, PartialCredentials, RawFields};
use crate::credentials::{Credentials, OauthClient};
use crate::environment::Environment;
use crate::error::Result;
use crate::util::pem;
use crate::util::secret::Secret;

/// Credentials in fields, as they stand in flags, variables and configuration files; they need not be
/// complete, and can complete a document ([`DocumentOptions`](super::DocumentOptions)).
///
/// What is blank counts as not given.
///
/// ```
/// use adobe_ims::credentials::{CredentialFields, FieldNames};
///
/// let fields = CredentialFields::new()
///     .client_id("0123456789abcdef")
///     .client_secret("p8e-…")
///     .scopes("openid, AdobeID");
/// let credentials = fields.credentials(FieldNames::default())?;
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CredentialFields {
    pub(super) environment: Option<Environment>,
    pub(super) parts: RawFields,
}

impl CredentialFields {
    /// Nothing, so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where to ask; production if it is not said.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// The client id, which the consoles also call API key.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.parts.client_id = Field::text(id.into());
        self
    }

    /// A client secret, or a JSON list of them. A second call adds another one: the first is tried first,
    /// the others when it is refused. An assertion has one only, the first.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.parts.client_secrets.push(secret.into());
        self
    }

    /// Scopes of OAuth server-to-server in any spelling: separated by commas or blanks, as a JSON list,
    /// as such a list in a JSON string. A second call adds to them.
    #[must_use]
    pub fn scopes(mut self, scopes: impl AsRef<str>) -> Self {
        self.parts.scopes.push(Secret::new(scopes.as_ref()));
        self
    }

    /// Metascopes of an assertion, in any spelling; also as claims (`https://HOST/s/NAME`). A second call
    /// adds to them.
    #[must_use]
    pub fn metascopes(mut self, metascopes: impl AsRef<str>) -> Self {
        self.parts.metascopes.push(Secret::new(metascopes.as_ref()));
        self
    }

    /// The organisation, `…@AdobeOrg`.
    #[must_use]
    pub fn organization_id(mut self, id: impl Into<String>) -> Self {
        self.parts.organization_id = Field::text(id.into());
        self
    }

    /// The technical account's id, `…@techacct.adobe.com`.
    #[must_use]
    pub fn technical_account_id(mut self, id: impl Into<String>) -> Self {
        self.parts.technical_account_id = Field::text(id.into());
        self
    }

    /// The private key in any form that [`SigningKey::read`](crate::crypto::SigningKey::read) knows, the path of a
    /// file among them.
    #[must_use]
    pub fn private_key(mut self, key: impl Into<Secret>) -> Self {
        self.parts.private_key = Field::Text(key.into());
        self
    }

    /// The private key as the content of its file, which may be binary.
    #[must_use]
    pub fn private_key_file(self, content: &[u8]) -> Self {
        match pem::decode(content) {
            Some(text) => self.private_key(&*text),
            None => self.private_key(STANDARD.encode(content)),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.environment.is_none() && !self.parts.is_present()
    }

    /// What these fields are the credentials of: metascopes or a private key make them those of a
    /// technical account ([`Credentials::Service`]), anything else those of an OAuth server-to-server
    /// client. Scopes and metascopes do not go together.
    ///
    /// # Errors
    /// [`CredentialsIncomplete`](crate::error::Problem::CredentialsIncomplete) with all that is missing, by these
    /// names; [`CredentialsContradictory`](crate::error::Problem::CredentialsContradictory);
    /// [`IdentitiesSwapped`](crate::error::Problem::IdentitiesSwapped).
    pub fn credentials(&self, names: FieldNames) -> Result<Credentials> {
        PartialCredentials::new(self.parts.clone(), names, Kind::ByContent)
            .finish(self.environment.clone())
    }

    /// The client alone, public where there is no secret: for what needs no scopes, or somebody else to say
    /// which.
    ///
    /// # Errors
    /// [`CredentialsIncomplete`](crate::error::Problem::CredentialsIncomplete) without a client id.
    pub fn client(&self, names: FieldNames) -> Result<OauthClient> {
        PartialCredentials::new(self.parts.clone(), names, Kind::ByContent)
            .client(self.environment.clone())
    }

    /// The scopes so far, each once.
    pub fn asked_scopes(&self) -> Vec<String> {
        self.parts.asked_scopes()
    }
}
