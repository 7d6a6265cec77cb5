//! The one way from the bytes of a document to credentials.

use super::credential_fields::CredentialFields;
use super::detect::{DocumentKind, KNOWN_NAMES, detect, is_of_a_console, unknown};
use super::envelope::{self, Opened};
use super::facts::{DocumentFacts, DocumentForm};
use super::flat::is_foreign;
use super::node::{Map, Node};
use super::notation::{self, Content};
use super::options::DocumentOptions;
use super::partial::PartialCredentials;
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

/// The key with which the emulator of this project marks its documents, and the name that the value contains.
const EMULATOR_MARK: (&str, &str) = ("emulator", "adobe-ims-emulator");

/// The remedy for a file of another kind.
const RIGHT_DOCUMENT: &str = "Pass the document as Adobe's console hands it out.";

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
        parse(document, options, &mut DocumentFacts::default())
    }
}

/// Returns what the document is, as far as it can be read.
pub fn examine(document: &[u8], options: &DocumentOptions) -> DocumentFacts {
    let mut facts = DocumentFacts::default();
    // The failure is that of `parse_with`.
    let _ = parse(document, options, &mut facts);
    facts
}

fn parse(
    document: &[u8],
    options: &DocumentOptions,
    facts: &mut DocumentFacts,
) -> Result<Credentials> {
    facts.encoding = encoding(document);
    let is_zip = document.starts_with(b"PK\x03\x04");
    let text = pem::decode(document).filter(|_| !is_zip);
    let text = text.ok_or_else(|| no_text(document))?;
    let mut parser = Parser {
        options,
        layers: MAX_LAYERS,
        is_of_emulator: false,
        facts,
    };
    parser.text(&text).map_err(|error| {
        let problems = [Problem::DocumentNotJson, Problem::DocumentIncomplete];
        if problems.contains(&error.problem()) && is_of_a_console(&text) {
            return error
                .with_hint("Download the document again from its console and pass it unchanged.");
        }
        if error.problem() == Problem::DocumentNotJson && notation::is_other_file(&text) {
            return error.with_hint(RIGHT_DOCUMENT);
        }
        error
    })
}

fn encoding(document: &[u8]) -> Option<&'static str> {
    match document {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [0xEF, 0xBB, 0xBF, ..] => Some("UTF-8 with a byte order mark"),
        _ => None,
    }
}

/// Reads a document, layer by layer, and notes what it is.
struct Parser<'a> {
    options: &'a DocumentOptions,
    /// The layers that may still come.
    layers: usize,
    /// True if a layer says that an emulator made the document.
    is_of_emulator: bool,
    facts: &'a mut DocumentFacts,
}

impl Parser<'_> {
    fn text(&mut self, text: &str) -> Result<Credentials> {
        let is_around = |c: char| c.is_whitespace() || c == '\u{feff}';
        let whole = text.trim_end_matches(is_around);
        let text = whole.trim_start_matches(is_around);
        self.enter_layer()?;
        if let Some(error) = not_a_document(text) {
            return Err(error);
        }
        // The lines before the document count in messages.
        let has_mark = whole[..whole.len() - text.len()].contains('\u{feff}');
        let reading = notation::read(if has_mark { text } else { whole })?;
        if reading.notation.is_some() {
            self.facts.notation = reading.notation;
            self.facts.damage = reading.damage;
        }
        match reading.content {
            Content::Text(inner, wrapping) => {
                self.facts.wrappings.push(wrapping);
                self.text(&inner)
            }
            Content::Map(map) => self.map(&map),
            Content::Variables(variables) => self.variables(variables),
        }
    }

    fn enter_layer(&mut self) -> Result<()> {
        let left = self.layers.checked_sub(1);
        self.layers = left.ok_or_else(too_many_layers)?;
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<Credentials> {
        self.enter_layer()?;
        let (key, name) = EMULATOR_MARK;
        self.is_of_emulator |= map.text(key).is_some_and(|mark| mark.contains(name));
        let context = self.options.context.as_deref();
        let Some(kind) = detect(map) else {
            return self.map_of_no_kind(map);
        };
        kind.note(map, self.facts);
        let partial = match kind {
            DocumentKind::LocalDevelopmentToken => {
                return local_token::parse(map).map(Credentials::AccessToken);
            }
            DocumentKind::AemServiceCredentials => aem_service::parse(map)?,
            DocumentKind::AioConfiguration => aio_context::parse_configuration(map, context)?,
            DocumentKind::AioWorkspace => aio_workspace::parse(map, self.options)?,
            DocumentKind::Flat => flat::parse(map)?,
            DocumentKind::PdfServices => pdf_services::parse(map),
        };
        self.complete(partial)
    }

    fn map_of_no_kind(&mut self, map: &Map) -> Result<Credentials> {
        if let Some((opened, envelope)) = envelope::open(map) {
            self.facts.wrappings.push(envelope);
            return match opened {
                Opened::Text(text) => self.text(text.expose()),
                Opened::Map(inner) => self.map(&inner),
            };
        }
        match sections::parse(map, self.options.context.as_deref())? {
            Some(partial) => {
                self.facts.form = Some(DocumentForm::Fields);
                self.complete(partial)
            }
            None => self.flat_names(map),
        }
    }

    /// Reads an object whose keys are names of variables, or that holds one document and other things.
    fn flat_names(&mut self, map: &Map) -> Result<Credentials> {
        let texts = map.entries().filter_map(|(key, node)| match node {
            Node::Text(text) => Some((key.to_owned(), text.clone())),
            _ => None,
        });
        let variables: Variables = texts.collect();
        if !is_foreign(map) && !CredentialVariables::of_file(variables.clone()).is_empty() {
            return self.variables(variables);
        }
        let inner = map.entries().filter_map(|(_, node)| node.as_map());
        let mut documents =
            inner.filter(|inner| detect(inner).is_some_and(|kind| kind != DocumentKind::Flat));
        match (documents.next(), documents.next()) {
            (Some(only), None) => {
                self.facts.wrappings.push("an object with other fields");
                self.map(only)
            }
            _ => Err(unknown(map)),
        }
    }

    fn variables(&mut self, variables: Variables) -> Result<Credentials> {
        let unsure = variables::unsure(&variables);
        let found = CredentialVariables::of_file(variables);
        if !found.is_empty() {
            self.facts.form = Some(DocumentForm::Variables);
            let partial = variables::parse(&found, self.options.context.as_deref())?;
            return self.complete(partial);
        }
        let message = match unsure.first() {
            Some(prefix) => format!(
                "the credential document has variables that begin with {prefix:?}; they look like credentials, but nothing says that they are Adobe's"
            ),
            None => "the credential document has variables, and none of a known name".to_owned(),
        };
        Err(Error::new(Problem::DocumentUnknown, message).with_hint(KNOWN_NAMES))
    }

    fn complete(&mut self, partial: PartialCredentials) -> Result<Credentials> {
        self.facts.add_partial(&partial);
        let credentials = self.options.complete(partial)?;
        Ok(if self.is_of_emulator {
            credentials.of_emulator()
        } else {
            credentials
        })
    }
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
    let content = match notation::of_bytes(document) {
        Some(content) => content.to_owned(),
        None => format!(
            "{} bytes that are not text in UTF-8: binary, or an old encoding",
            document.len()
        ),
    };
    let message = format!("the credential document is {content}");
    Error::new(Problem::DocumentNotJson, message).with_hint(RIGHT_DOCUMENT)
}
