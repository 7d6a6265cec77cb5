//! Credential documents: one file per kind.

mod aem_service;
mod aio_context;
mod aio_variable;
mod aio_workspace;
mod aliases;
mod choice;
mod console_jwt;
mod credential_fields;
mod detect;
mod env_file;
mod field;
mod flat;
mod local_token;
mod partial;
mod pdf_services;
mod scopes;
mod variables;

use detect::DocumentKind;
use flat::Found;
use partial::{Kind, PartialCredentials};

pub use aliases::FieldNames;
pub use credential_fields::CredentialFields;
pub(crate) use partial::JWT_CREDENTIALS_ENDED;
pub use variables::CredentialVariables;

use zeroize::Zeroizing;

use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::pem;

impl Credentials {
    /// Reads a document as it was downloaded and recognises its kind by its content.
    ///
    /// # Errors
    /// [`Problem::DocumentNotJson`], [`Problem::DocumentUnknown`],
    /// [`Problem::DocumentNotSupported`], [`Problem::DocumentIncomplete`] and
    /// [`Problem::DocumentNeedsMore`] (all missing fields in one message),
    /// [`Problem::ContextAmbiguous`], and what [`Environment::parse`] says of `imsEndpoint`.
    pub fn parse(document: &[u8]) -> Result<Self> {
        Self::parse_with(document, &DocumentOptions::default())
    }

    /// The same, to ask another environment than the one that the document names, or than production
    /// where it names none. The `imsEndpoint` of service credentials must be there, but need not be an
    /// address.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn parse_for(document: &[u8], environment: Environment) -> Result<Self> {
        let options = DocumentOptions {
            overrides: CredentialFields::new().environment(environment),
            ..DocumentOptions::default()
        };
        Self::parse_with(document, &options)
    }

    /// The same with all that can be said beside a document: which of several credentials is meant, what
    /// counts instead of its fields, and what it lacks. A token that is ready is what it is.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse); [`Problem::ContextUnknown`] and
    /// [`Problem::CredentialsContradictory`].
    pub fn parse_with(document: &[u8], options: &DocumentOptions) -> Result<Self> {
        let text = pem::decode(document).ok_or_else(|| no_text(document))?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let unwrapped = unwrap(text);
        let text = unwrapped.as_ref().map_or(text, |inner| inner.trim());
        let meant = options.context.as_deref();
        let draft = match detect::recognise(text)? {
            DocumentKind::LocalDevelopmentToken => {
                return local_token::parse(text).map(Self::AccessToken);
            }
            DocumentKind::AemServiceCredentials => aem_service::parse(text),
            DocumentKind::AioConfiguration => aio_context::parse_configuration(text, meant),
            DocumentKind::AioContext => aio_context::parse(text),
            DocumentKind::AioWorkspace => aio_workspace::parse(text, meant),
            DocumentKind::ConsoleJwt => console_jwt::parse(text),
            DocumentKind::ConsoleOAuth => oauth(text, FieldNames::CONSOLE),
            DocumentKind::EnvironmentFile => variables::parse(text, meant),
            DocumentKind::JwtAuth => jwt_auth(text),
            DocumentKind::PdfServices => pdf_services::parse(text),
            DocumentKind::TutorialOAuth => oauth(text, FieldNames::TUTORIAL),
        };
        options.complete(draft?)
    }
}

impl TryFrom<&[u8]> for Credentials {
    type Error = Error;

    /// Reads a document as [`Credentials::parse`] does.
    fn try_from(document: &[u8]) -> Result<Self> {
        Self::parse(document)
    }
}

/// What is known of a document beside what it says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DocumentOptions {
    /// Which credentials are meant, where there are several: the name of a context of aio, the name or id
    /// of a credential in a workspace download. A document that has one set without a name takes no notice.
    pub context: Option<String>,
    /// What counts instead of the document's own fields.
    pub overrides: CredentialFields,
    /// The private key and metascopes, or the scopes, for a document that does not have them; nothing else
    /// of it counts.
    pub fallbacks: CredentialFields,
}

impl DocumentOptions {
    fn complete(&self, draft: PartialCredentials) -> Result<Credentials> {
        draft
            .replaced_by(&self.overrides)?
            .completed_by(&self.fallbacks)
            .finish(self.overrides.environment.clone())
    }
}

fn no_text(document: &[u8]) -> Error {
    if document.starts_with(b"PK\x03\x04") {
        let what = "the credential document is a zip archive, not what is in it";
        return Error::new(Problem::DocumentNotJson, what)
            .with_hint("unpack it; the private key may be in it as well");
    }
    let what = format!(
        "the credential document is {} bytes that are not text",
        document.len()
    );
    Error::new(Problem::DocumentNotJson, what)
}

fn jwt_auth(text: &str) -> Result<PartialCredentials> {
    Ok(PartialCredentials {
        lacks_some: true,
        ..PartialCredentials::new(Found::read(text)?, FieldNames::JWT_AUTH, Kind::Assertion)
    })
}

fn oauth(text: &str, names: FieldNames) -> Result<PartialCredentials> {
    Ok(PartialCredentials::new(
        Found::read(text)?,
        names,
        Kind::ClientCredentials,
    ))
}

/// The document inside of what secret stores and pipelines make of it: a JSON string, or base64.
fn unwrap(text: &str) -> Option<Zeroizing<String>> {
    if text.starts_with('{') {
        return None;
    }
    // Quotes that a shell or an environment file left around it.
    for quote in ['\'', '"'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| inner.trim_start().starts_with("{\"")) {
            return Some(Zeroizing::new(inner.to_owned()));
        }
    }
    let plain = serde_json::from_str::<Zeroizing<String>>(text).ok();
    let text = plain.as_ref().map_or(text, |plain| plain.as_str());
    let decoded = pem::base64(text).ok().and_then(|bytes| {
        let inner = pem::decode(&bytes)?;
        Some(Zeroizing::new(inner.to_owned()))
    });
    let is_document =
        |inner: &Zeroizing<String>| inner.trim_start().starts_with('{') || variables::are_in(inner);
    decoded.or(plain).filter(is_document)
}
