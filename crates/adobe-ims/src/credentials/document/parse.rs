//! The one way from the bytes of a document to credentials.

use super::credential_fields::CredentialFields;
use super::detect::{DocumentKind, KNOWN_NAMES, detect, is_of_a_console, unknown};
use super::envelope::{self, Opened};
use super::flat::is_foreign;
use super::node::{Map, Node};
use super::notation::{self, Content};
use super::options::DocumentOptions;
use super::variables::{self, CredentialVariables, Variables};
use super::{aem_service, aio_context, aio_workspace, flat, local_token, pdf_services, sections};
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::error::{Error, Problem, Result};
use crate::util::pem;
use crate::util::secret::Secret;
use crate::value::{self, ValueKind};

/// The envelopes and encodings around a document that are opened, one inside of the other.
const MAX_LAYERS: usize = 8;

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
    /// - [`Problem::DocumentIsToken`]; [`Problem::ValueInvalid`] for a value that cannot be right
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
        let is_zip = document.starts_with(b"PK\x03\x04");
        let text = pem::decode(document).filter(|_| !is_zip);
        let text = text.ok_or_else(|| no_text(document))?;
        of_text(&text, options, MAX_LAYERS).map_err(|error| {
            let problems = [Problem::DocumentNotJson, Problem::DocumentIncomplete];
            if problems.contains(&error.problem()) && is_of_a_console(&text) {
                return error.with_hint(
                    "Download the document again from its console and pass it unchanged.",
                );
            }
            error
        })
    }
}

fn of_text(text: &str, options: &DocumentOptions, layers: usize) -> Result<Credentials> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let layers = layers.checked_sub(1).ok_or_else(too_many_layers)?;
    if let Some(error) = not_a_document(text) {
        return Err(error);
    }
    match notation::read(text)? {
        Content::Text(inner) => of_text(&inner, options, layers),
        Content::Map(map) => of_map(&map, options, layers),
        Content::Variables(variables) => of_variables(variables, options),
    }
}

fn of_map(map: &Map, options: &DocumentOptions, layers: usize) -> Result<Credentials> {
    let layers = layers.checked_sub(1).ok_or_else(too_many_layers)?;
    let context = options.context.as_deref();
    let partial = match detect(map) {
        Some(DocumentKind::LocalDevelopmentToken) => {
            return local_token::parse(map).map(Credentials::AccessToken);
        }
        Some(DocumentKind::AemServiceCredentials) => aem_service::parse(map)?,
        Some(DocumentKind::AioConfiguration) => aio_context::parse_configuration(map, context)?,
        Some(DocumentKind::AioWorkspace) => aio_workspace::parse(map, options)?,
        Some(DocumentKind::Flat) => flat::parse(map)?,
        Some(DocumentKind::PdfServices) => pdf_services::parse(map),
        None => match envelope::open(map) {
            Some(Opened::Text(text)) => return of_text(text.expose(), options, layers),
            Some(Opened::Map(inner)) => return of_map(&inner, options, layers),
            None => match sections::parse(map, context)? {
                Some(partial) => partial,
                None => return of_flat_names(map, options, layers),
            },
        },
    };
    options.complete(partial)
}

/// Reads an object whose keys are names of variables, or that holds one document and other things.
fn of_flat_names(map: &Map, options: &DocumentOptions, layers: usize) -> Result<Credentials> {
    let texts = map.entries().filter_map(|(key, node)| match node {
        Node::Text(text) => Some((key.to_owned(), text.clone())),
        _ => None,
    });
    let variables: Variables = texts.collect();
    if !is_foreign(map) && !CredentialVariables::of_file(variables.clone()).is_empty() {
        return of_variables(variables, options);
    }
    let inner = map.entries().filter_map(|(_, node)| node.as_map());
    let mut documents =
        inner.filter(|inner| detect(inner).is_some_and(|kind| kind != DocumentKind::Flat));
    match (documents.next(), documents.next()) {
        (Some(only), None) => of_map(only, options, layers),
        _ => Err(unknown(map)),
    }
}

fn of_variables(variables: Variables, options: &DocumentOptions) -> Result<Credentials> {
    let unsure = variables::unsure(&variables);
    let found = CredentialVariables::of_file(variables);
    if !found.is_empty() {
        return options.complete(variables::parse(&found, options.context.as_deref())?);
    }
    let message = match unsure.first() {
        Some(prefix) => format!(
            "the credential document has variables that begin with {prefix:?}; they look like credentials, but nothing says that they are Adobe's"
        ),
        None => "the credential document has variables, and none of a known name".to_owned(),
    };
    Err(Error::new(Problem::DocumentUnknown, message).with_hint(KNOWN_NAMES))
}

fn too_many_layers() -> Error {
    let message = "the credential document is wrapped too often";
    Error::new(Problem::DocumentUnknown, message)
}

impl TryFrom<&[u8]> for Credentials {
    type Error = Error;

    /// Reads a document as [`Credentials::parse`] does.
    fn try_from(document: &[u8]) -> Result<Self> {
        Self::parse(document)
    }
}

/// Returns the error for a token, and for a reference that stands where the document should be.
fn not_a_document(text: &str) -> Option<Error> {
    let token = value::find_token(ValueKind::AnyToken, text).ok();
    let token = token.filter(|_| !text.starts_with('{'));
    let token = token.as_ref().map(Secret::expose);
    if token.is_some_and(value::is_token) {
        let is_assertion = token.is_some_and(value::is_assertion_text);
        let kind = if is_assertion {
            "an assertion"
        } else {
            "a token"
        };
        let message = format!("the credential document is {kind}, not a document");
        return Some(Error::new(Problem::DocumentIsToken, message));
    }
    let content = value::read(ValueKind::Document, text).err()?;
    Some(value::refusal(&ValueKind::Document.to_string(), content))
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
