//! What Adobe hands out, accepted unchanged; one file per kind of document. And what is no document: people
//! who signed in, permanent codes, devices.

mod aem_service;
mod aio_workspace;
mod device;
mod fields;
mod kind;
mod local_token;
mod oauth_client;
mod oauth_server_to_server;
mod permanent_code;
mod user_session;

pub use aem_service::ServiceCredentials;
pub use device::DeviceCredentials;
use kind::DocumentKind;
pub use oauth_client::OauthClient;
pub use oauth_server_to_server::OauthCredentials;
pub use permanent_code::PermanentCode;
pub use user_session::UserSession;

use zeroize::Zeroizing;

use crate::store::StoreKey;
use crate::{AccessToken, Environment, Error, KeyContext, Problem, Result, pem};

/// What proves the right to a token: a credential document that was read, or what else Adobe hands out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// A token that is ready to use (AEM local development token). There is nothing to exchange.
    AccessToken(AccessToken),
    /// A technical account of the AEM Developer Console: a key with which to sign assertions.
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
    /// [`Problem::DocumentNotSupported`], [`Problem::DocumentIncomplete`] (all missing fields in
    /// one message), and what [`Environment::parse`] says of `imsEndpoint`.
    pub fn parse(document: &[u8]) -> Result<Self> {
        Self::read(document, None)
    }

    /// The same, to ask another environment than the one that the document names, or than production
    /// where it names none. The `imsEndpoint` of service credentials must be there, but need not be an
    /// address.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn parse_for(document: &[u8], environment: Environment) -> Result<Self> {
        Self::read(document, Some(environment))
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

    fn read(document: &[u8], environment: Option<Environment>) -> Result<Self> {
        let text = pem::decode(document).ok_or_else(|| {
            Error::new(
                Problem::DocumentNotJson,
                format!(
                    "the credential document is {} bytes that are not text",
                    document.len()
                ),
            )
        })?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let unwrapped = unwrap(text);
        let text = unwrapped.as_ref().map_or(text, |inner| inner.trim());
        let kind = kind::recognise(text)?;
        match kind {
            DocumentKind::AemServiceCredentials => {
                aem_service::parse(text, environment).map(Self::Service)
            }
            DocumentKind::LocalDevelopmentToken => local_token::parse(text).map(Self::AccessToken),
            DocumentKind::ConsoleOAuth
            | DocumentKind::TutorialOAuth
            | DocumentKind::AioOAuthContext => {
                oauth_server_to_server::parse(text, kind, environment)
                    .map(Self::OauthServerToServer)
            }
            DocumentKind::AioWorkspace => {
                aio_workspace::parse(text, environment).map(Self::OauthServerToServer)
            }
            other => Err(Error::new(
                Problem::DocumentNotSupported,
                format!("the credential document is {other}; that kind is not supported yet"),
            )),
        }
    }
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
    decoded
        .or(plain)
        .filter(|inner| inner.trim_start().starts_with('{'))
}
