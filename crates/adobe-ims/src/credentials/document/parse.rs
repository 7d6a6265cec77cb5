//! The one way from the bytes of a document to credentials.

use zeroize::Zeroizing;

use super::aliases::FieldNames;
use super::credential_fields::CredentialFields;
use super::detect::{DocumentKind, detect};
use super::flat::FlatDocument;
use super::options::DocumentOptions;
use super::partial::{Kind, PartialCredentials};
use super::{
    aem_service, aio_context, aio_workspace, console_jwt, local_token, pdf_services, variables,
};
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::error::{Error, Problem, Result};
use crate::util::pem;

impl Credentials {
    /// Reads a document as it was downloaded. Its content decides the kind.
    ///
    /// ```
    /// use adobe_ims::Credentials;
    ///
    /// let document = br#"{"CLIENT_ID":"0123456789abcdef","CLIENT_SECRETS":["p8e-0"],"SCOPES":["openid"]}"#;
    /// let credentials = Credentials::parse(document)?;
    /// assert!(matches!(credentials, Credentials::OauthServerToServer(_)));
    /// # Ok::<(), adobe_ims::Error>(())
    /// ```
    ///
    /// # Errors
    /// - [`Problem::DocumentNotJson`], [`Problem::DocumentUnknown`] and [`Problem::DocumentNotSupported`]
    /// - [`Problem::DocumentIncomplete`] and [`Problem::DocumentNeedsMore`], with all missing fields in one message
    /// - [`Problem::ContextAmbiguous`]
    /// - the errors of [`Environment::parse`] for the environment that the document names
    pub fn parse(document: &[u8]) -> Result<Self> {
        Self::parse_with(document, &DocumentOptions::default())
    }

    /// Reads a document and replaces its environment. Service credentials must still have an `imsEndpoint`, but it
    /// need not be an address.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_for(document: &[u8], environment: Environment) -> Result<Self> {
        let options = DocumentOptions {
            overrides: CredentialFields::new().environment(environment),
            ..DocumentOptions::default()
        };
        Self::parse_with(document, &options)
    }

    /// Reads a document with information that the caller adds: which of several credentials to use, the fields to
    /// replace and the fields to fill. A local development token ignores it.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), [`Problem::ContextUnknown`] and [`Problem::CredentialsContradictory`].
    pub fn parse_with(document: &[u8], options: &DocumentOptions) -> Result<Self> {
        let text = pem::decode(document).ok_or_else(|| no_text(document))?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let unwrapped = unwrap(text);
        let text = unwrapped.as_ref().map_or(text, |inner| inner.trim());
        let context = options.context.as_deref();
        let partial = match detect(text)? {
            DocumentKind::LocalDevelopmentToken => {
                return local_token::parse(text).map(Self::AccessToken);
            }
            DocumentKind::AemServiceCredentials => aem_service::parse(text),
            DocumentKind::AioConfiguration => aio_context::parse_configuration(text, context),
            DocumentKind::AioContext => aio_context::parse(text),
            DocumentKind::AioWorkspace => aio_workspace::parse(text, context),
            DocumentKind::ConsoleJwt => console_jwt::parse(text),
            DocumentKind::ConsoleOAuth => oauth(text, FieldNames::CONSOLE),
            DocumentKind::EnvironmentFile => variables::parse(text, context),
            DocumentKind::JwtAuth => jwt_auth(text),
            DocumentKind::PdfServices => pdf_services::parse(text),
            DocumentKind::TutorialOAuth => oauth(text, FieldNames::TUTORIAL),
        };
        options.complete(partial?)
    }
}

impl TryFrom<&[u8]> for Credentials {
    type Error = Error;

    /// Reads a document as [`Credentials::parse`] does.
    fn try_from(document: &[u8]) -> Result<Self> {
        Self::parse(document)
    }
}

fn no_text(document: &[u8]) -> Error {
    if document.starts_with(b"PK\x03\x04") {
        let message = "the credential document is a zip archive";
        return Error::new(Problem::DocumentNotJson, message)
            .with_hint("unpack it and pass the document inside; the private key may be in it too");
    }
    let message = format!(
        "the credential document is {} bytes that are not text",
        document.len()
    );
    Error::new(Problem::DocumentNotJson, message)
}

fn jwt_auth(text: &str) -> Result<PartialCredentials> {
    Ok(PartialCredentials {
        needs_supplement: true,
        ..PartialCredentials::new(
            FlatDocument::read(text)?,
            FieldNames::JWT_AUTH,
            Kind::Assertion,
        )
    })
}

fn oauth(text: &str, names: FieldNames) -> Result<PartialCredentials> {
    Ok(PartialCredentials::new(
        FlatDocument::read(text)?,
        names,
        Kind::ClientCredentials,
    ))
}

/// Returns the document inside of a JSON string or of base64, as secret stores and pipelines hold it.
fn unwrap(text: &str) -> Option<Zeroizing<String>> {
    if text.starts_with('{') {
        return None;
    }
    // A shell or an environment file may have left its quotes.
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
    let is_document = |inner: &Zeroizing<String>| {
        inner.trim_start().starts_with('{') || variables::is_env_file(inner)
    };
    decoded.or(plain).filter(is_document)
}
