use super::credential_fields::CredentialFields;
use super::partial::PartialCredentials;
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
    /// The private key and the metascopes, or the scopes, for a document that does not have them. Its other fields
    /// are ignored.
    pub fallbacks: CredentialFields,
}

impl DocumentOptions {
    pub(super) fn complete(&self, partial: PartialCredentials) -> Result<Credentials> {
        partial
            .override_with(&self.overrides.fields)?
            .fill_from(&self.fallbacks.fields)
            .complete(self.overrides.environment.clone())
    }
}
