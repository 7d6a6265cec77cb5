use super::credential_fields::CredentialFields;
use super::partial::PartialCredentials;
use super::variables::CredentialVariables;
use crate::credentials::Credentials;
use crate::error::Result;

/// Information that a caller adds to a document.
///
/// ```
/// use adobe_ims::credentials::{CredentialFields, Credentials, DocumentOptions};
///
/// # fn read(document: &[u8], key: &[u8]) -> adobe_ims::Result<()> {
/// let mut options = DocumentOptions::default();
/// options.context = Some("stage".to_owned());
/// options.fallbacks = CredentialFields::new().private_key_file(key);
/// let credentials = Credentials::parse_with(document, &options)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DocumentOptions {
    /// The credentials to use if the document has several: the name of a context of aio, or the name or id of a
    /// credential in a workspace download. A document that has one set of credentials without a name ignores it.
    pub context: Option<String>,
    /// Fields that count instead of those of the document.
    pub overrides: CredentialFields,
    /// The private key and the metascopes, or the scopes, for a document that does not have them, and the environment
    /// for one that names none. Its other fields are ignored.
    pub fallbacks: CredentialFields,
    /// The credentials that a document only names, as the `.aio` of `aio app use` does: those of the `.env` beside it
    /// ([`CredentialVariables::of_env_file`]). Other documents ignore it.
    pub variables: CredentialVariables,
}

impl DocumentOptions {
    pub(super) fn complete(&self, mut partial: PartialCredentials) -> Result<Credentials> {
        let of_fallbacks = &self.fallbacks;
        let named = &mut partial.fields.identity_service;
        let mut environment = self.overrides.environment.clone();
        if environment.is_none() && !named.is_named() {
            environment.clone_from(&of_fallbacks.environment);
            named.extend(&of_fallbacks.fields.identity_service);
        }
        partial
            .override_with(&self.overrides.fields)?
            .fill_from(&of_fallbacks.fields)
            .complete(environment)
    }
}

impl CredentialFields {
    /// Adds the identity service that variables of other tools name: `IMS_HOST`, `IMS_ENV`, `AIO_CLI_ENV` and the like.
    /// An [`environment`](Self::environment) counts more. A value that is not understood makes the credentials an
    /// error: their secrets could go to the wrong environment.
    #[must_use]
    pub fn environment_of(mut self, variables: &CredentialVariables) -> Self {
        (self.fields.identity_service).extend(variables.identity_service());
        self
    }
}

impl CredentialVariables {
    /// Returns the credentials of the set that counts; `None` if there is none. `options` have the meaning that they
    /// have for a document.
    ///
    /// # Errors
    /// Those of [`Credentials::parse_with`]. Missing values are
    /// [`CredentialsIncomplete`](crate::error::Problem::CredentialsIncomplete).
    pub fn credentials(&self, options: &DocumentOptions) -> Result<Option<Credentials>> {
        let Some(set) = self.first() else {
            return Ok(None);
        };
        let mut partial = set.partial(options.context.as_deref())?;
        partial.needs_supplement = false;
        partial.names = partial
            .names
            .with_subject("the credentials in the environment");
        options.complete(partial).map(Some)
    }
}
