use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::aliases::FieldNames;
use super::field::Field;
use super::field_reader::FieldReader;
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::credentials::{Credentials, OauthClient};
use crate::environment::Environment;
use crate::error::Result;
use crate::util::pem;
use crate::util::secret::Secret;

/// Credentials in fields, as flags, variables and configuration files hold them.
///
/// They may be incomplete, and may complete a document ([`DocumentOptions`](super::DocumentOptions)). A blank value
/// counts as missing.
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
    pub(super) fields: RawFields,
}

impl CredentialFields {
    /// Creates an empty set of fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the environment of IMS. Without it, requests go to production.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets the client id, which the consoles also call API key.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.fields.client_id = Field::text(id.into());
        self
    }

    /// Adds a client secret, or a JSON list of them. The first is tried first, the next when IMS refuses it. An
    /// assertion uses the first only.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.fields.client_secrets.push(secret.into());
        self
    }

    /// Adds scopes of OAuth server-to-server: separated by commas or blanks, as a JSON list, or as a JSON list in a
    /// JSON string.
    #[must_use]
    pub fn scopes(mut self, scopes: impl AsRef<str>) -> Self {
        self.fields.scopes.push(Secret::new(scopes.as_ref()));
        self
    }

    /// Adds metascopes of an assertion, in the forms that [`scopes`](Self::scopes) takes, or as claims
    /// (`https://HOST/s/NAME`).
    #[must_use]
    pub fn metascopes(mut self, metascopes: impl AsRef<str>) -> Self {
        self.fields
            .metascopes
            .push(Secret::new(metascopes.as_ref()));
        self
    }

    /// Sets the organisation, `…@AdobeOrg`.
    #[must_use]
    pub fn organization_id(mut self, id: impl Into<String>) -> Self {
        self.fields.organization_id = Field::text(id.into());
        self
    }

    /// Sets the id of the technical account, `…@techacct.adobe.com`.
    #[must_use]
    pub fn technical_account_id(mut self, id: impl Into<String>) -> Self {
        self.fields.technical_account_id = Field::text(id.into());
        self
    }

    /// Sets the private key, in any form that [`SigningKey::read`](crate::crypto::SigningKey::read) takes. The path
    /// of a file is one of these.
    #[must_use]
    pub fn private_key(mut self, key: impl Into<Secret>) -> Self {
        self.fields.private_key = Field::Text(key.into());
        self
    }

    /// Sets the private key from the content of its file, which may be binary.
    #[must_use]
    pub fn private_key_file(self, content: &[u8]) -> Self {
        match pem::decode(content) {
            Some(text) => self.private_key(&*text),
            None => self.private_key(STANDARD.encode(content)),
        }
    }

    /// Refuses a value that cannot be right, such as a private key in the place of the client secret. The other methods
    /// and each request do so, too; here `names` can name the place that each value came from.
    ///
    /// # Errors
    /// [`ValueInvalid`](crate::error::Problem::ValueInvalid).
    pub fn check(&self, names: &FieldNames) -> Result<()> {
        let mut reader = FieldReader::new(names.prefix.clone());
        self.fields.check(&mut reader, names);
        reader.refusal(None).map_or(Ok(()), Err)
    }

    /// Returns true if no field has a value.
    pub fn is_empty(&self) -> bool {
        self.environment.is_none() && !self.fields.is_present()
    }

    /// Returns the credentials: those of a technical account ([`Credentials::Service`]) if there are metascopes or a
    /// private key, else those of OAuth server-to-server. `names` are the names of the fields in messages.
    ///
    /// # Errors
    /// - [`CredentialsIncomplete`](crate::error::Problem::CredentialsIncomplete) with all that is missing
    /// - [`CredentialsContradictory`](crate::error::Problem::CredentialsContradictory) if there are both scopes and
    ///   metascopes
    /// - [`IdentitiesSwapped`](crate::error::Problem::IdentitiesSwapped)
    pub fn credentials(&self, names: FieldNames) -> Result<Credentials> {
        PartialCredentials::new(self.fields.clone(), names, Kind::ByContent)
            .complete(self.environment.clone())
    }

    /// Returns the client alone, for requests that need no scopes. It is a public client if there is no secret.
    ///
    /// # Errors
    /// [`CredentialsIncomplete`](crate::error::Problem::CredentialsIncomplete) without a client id.
    pub fn client(&self, names: FieldNames) -> Result<OauthClient> {
        PartialCredentials::new(self.fields.clone(), names, Kind::ByContent)
            .client(self.environment.clone())
    }

    /// Returns the scopes that were added, each once.
    pub fn scope_list(&self) -> Vec<String> {
        self.fields.scope_list()
    }
}
