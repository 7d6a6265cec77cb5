//! What Adobe hands out, accepted unchanged; one file per kind of document.
//!
//! A document is recognised by its content ([`Credentials::parse`]):
//!
//! | Document | becomes | known from |
//! |---|---|---|
//! | AEM Developer Console, service credentials (`integration`) | [`ServiceCredentials`] | documented by Adobe |
//! | AEM Developer Console, local development token (`accessToken`) | [`AccessToken`] | documented by Adobe |
//! | Adobe Developer Console, OAuth server-to-server (`CLIENT_SECRETS`) | [`OauthCredentials`] | relied upon by published clients |
//! | Adobe Developer Console, JWT (`API_KEY`); the private key and metascopes are given beside it | [`ServiceCredentials`] | relied upon by published clients |
//! | Adobe Developer Console, workspace (`project`) | of one of its credentials | published schema of aio |
//! | IMS contexts of aio, alone or in its configuration (`ims.contexts`) | of one of them | documented by Adobe |
//! | `.env` files: `AIO_ims_contexts_…`, `IMS_OAUTH_S2S`, `OAUTH_CLIENT_ID`, `CLIENT_ID` and so on | as their fields say | written by tools and starter kits of Adobe |
//! | Adobe PDF Services (`client_credentials`) | [`OauthCredentials`], [`ServiceCredentials`] | documented by Adobe, the newer form seen in published samples |
//! | Configuration of Adobe's library jwt-auth (`clientId`, `metaScopes`) | [`ServiceCredentials`] | documented by Adobe |
//! | OAuth file of Adobe's tutorials (`adobeIMSV3TokenEndpointURL`) | [`OauthCredentials`] | documented by Adobe |
//!
//! Credentials may also come in fields ([`CredentialFields`]) or in variables ([`CredentialVariables`]), and a
//! document can be completed ([`DocumentOptions`]). What is no document: people who signed in
//! ([`UserSession`]), permanent codes, devices.

mod aem_service;
mod aio_context;
mod aio_variable;
mod aio_workspace;
mod choice;
mod console_jwt;
mod credential_fields;
mod device;
mod dotenv;
mod draft;
mod fields;
mod found;
mod kind;
mod local_token;
mod names;
mod oauth_client;
mod oauth_server_to_server;
mod pdf_services;
mod permanent_code;
mod scopes;
mod user_session;
mod variables;

pub use aem_service::ServiceCredentials;
pub use credential_fields::CredentialFields;
pub use device::DeviceCredentials;
pub(crate) use draft::ENDED;
use draft::{Draft, Kind};
use found::Found;
use kind::DocumentKind;
pub use names::FieldNames;
pub use oauth_client::OauthClient;
pub use oauth_server_to_server::OauthCredentials;
pub use permanent_code::PermanentCode;
pub use user_session::UserSession;
pub use variables::CredentialVariables;

use zeroize::Zeroizing;

use crate::store::StoreKey;
use crate::{AccessToken, Environment, Error, KeyContext, Problem, Result, pem};

/// What proves the right to a token: a credential document that was read, or what else Adobe hands out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// A token that is ready to use (AEM local development token). There is nothing to exchange.
    AccessToken(AccessToken),
    /// A technical account: a key with which to sign assertions.
    Service(ServiceCredentials),
    /// An OAuth server-to-server credential of the Adobe Developer Console: a client and its secrets.
    OauthServerToServer(OauthCredentials),
    /// Somebody who signed in, and stays so.
    User(UserSession),
    /// A service, with its permanent authorization code.
    PermanentCode(PermanentCode),
    /// A device that was registered for a person.
    Device(DeviceCredentials),
}

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
            instead: CredentialFields::new().environment(environment),
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
        let draft = match kind::recognise(text)? {
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

    /// Asks for a token for these audiences (`resource`). `None` where the request has no such parameter: for
    /// a token that is ready, a device, and somebody who signed in, whose sign-in names them
    /// ([`SignIn::resources`](crate::sign_in::SignIn::resources)).
    pub fn for_resources(self, resources: impl IntoIterator<Item = String>) -> Option<Self> {
        Some(match self {
            Self::Service(it) => Self::Service(it.for_resources(resources)),
            Self::OauthServerToServer(it) => Self::OauthServerToServer(it.for_resources(resources)),
            Self::PermanentCode(it) => Self::PermanentCode(it.for_resources(resources)),
            Self::AccessToken(_) | Self::Device(_) | Self::User(_) => return None,
        })
    }

    /// Under which name the tokens of these credentials are stored; a token that is ready has none, nor has
    /// somebody who is not signed in. For service credentials see [`ServiceCredentials::store_key`].
    pub fn store_key(&self, context: &KeyContext<'_>) -> Option<StoreKey> {
        match self {
            Self::AccessToken(_) => None,
            Self::Service(credentials) => Some(credentials.store_key(context)),
            Self::OauthServerToServer(credentials) => Some(credentials.store_key()),
            Self::User(user) => user.store_key().ok(),
            Self::PermanentCode(service) => Some(service.store_key()),
            Self::Device(device) => Some(device.store_key()),
        }
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
    pub instead: CredentialFields,
    /// The private key and metascopes, or the scopes, for a document that does not have them; nothing else
    /// of it counts.
    pub complement: CredentialFields,
}

impl DocumentOptions {
    fn complete(&self, draft: Draft) -> Result<Credentials> {
        draft
            .replaced_by(&self.instead)?
            .completed_by(&self.complement)
            .finish(self.instead.environment.clone())
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

fn jwt_auth(text: &str) -> Result<Draft> {
    Ok(Draft {
        lacks_some: true,
        ..Draft::new(Found::read(text)?, FieldNames::JWT_AUTH, Kind::Assertion)
    })
}

fn oauth(text: &str, names: FieldNames) -> Result<Draft> {
    Ok(Draft::new(
        Found::read(text)?,
        names,
        Kind::ClientCredentials,
    ))
}

/// Who a token speaks for, and to whom if not to everybody.
fn subject_with_resources(subject: &str, resources: &[String]) -> String {
    let mut resources = resources.to_vec();
    resources.sort_unstable();
    let mut parts = vec![subject.to_owned()];
    parts.append(&mut resources);
    parts.join(" ")
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
