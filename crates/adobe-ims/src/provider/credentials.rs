//! The token source of any kind of credentials.

#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
use super::token_provider::TokenProvider;
use crate::api::ImsClient;
use crate::assertion::TechnicalAccount;
use crate::credentials::Credentials;
use crate::crypto::{Crypto, KeyContext};
use crate::error::{Error, Problem, Result};
#[cfg(feature = "file-store")]
use crate::session::{SessionSource, SessionStore, UserSession};
use crate::source::{
    ClientCredentialsSource, DeviceSource, JwtSource, PermanentCodeSource, StaticTokenSource,
    TokenSource,
};
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
use crate::transport::{HttpTransport, ProxySettings};

/// The inputs of a token source beside the credentials.
#[derive(Clone, Debug)]
pub struct SourceOptions<'a> {
    crypto: Crypto,
    key: KeyContext<'a>,
    #[cfg(feature = "file-store")]
    sessions: Option<&'a SessionStore>,
}

impl<'a> SourceOptions<'a> {
    /// Creates options with this crypto library, without key files, passphrase and sessions.
    pub fn new(crypto: Crypto) -> Self {
        Self {
            crypto,
            key: KeyContext::default(),
            #[cfg(feature = "file-store")]
            sessions: None,
        }
    }

    /// Reads the private key of service credentials with this context.
    #[must_use]
    pub fn key_context(mut self, context: &KeyContext<'a>) -> Self {
        self.key = *context;
        self
    }

    /// Finds the sessions of people in this store.
    #[cfg(feature = "file-store")]
    #[must_use]
    pub fn sessions(mut self, sessions: &'a SessionStore) -> Self {
        self.sessions = Some(sessions);
        self
    }
}

impl Credentials {
    /// Creates the token source of these credentials.
    ///
    /// # Errors
    /// For service credentials: the errors of [`TechnicalAccount::open`]. For a person: the errors of
    /// [`SessionSource::new`], and [`Problem::NotSignedIn`] if the options have no sessions.
    pub fn source(
        &self,
        ims: ImsClient,
        options: &SourceOptions<'_>,
    ) -> Result<Box<dyn TokenSource>> {
        Ok(match self {
            Self::AccessToken(token) => {
                Box::new(StaticTokenSource::new(token.clone()).with_shared_clock(ims.clock()))
            }
            Self::Service(credentials) => {
                let account = TechnicalAccount::open(credentials, &options.key, &options.crypto)?;
                Box::new(JwtSource::new(ims, account))
            }
            Self::OauthServerToServer(credentials) => {
                Box::new(ClientCredentialsSource::new(ims, credentials.clone()))
            }
            #[cfg(feature = "file-store")]
            Self::User(user) => {
                let sessions = options.sessions.ok_or_else(|| {
                    let message = "there is no folder in which sign-ins are kept";
                    Error::new(Problem::NotSignedIn, message)
                })?;
                let session = UserSession::new(user.clone(), sessions.clone());
                Box::new(SessionSource::new(ims, session)?)
            }
            #[cfg(not(feature = "file-store"))]
            Self::User(_) => {
                let message = "sessions of people need the feature file-store of adobe-ims";
                return Err(Error::new(Problem::NotSignedIn, message));
            }
            Self::PermanentCode(service) => {
                Box::new(PermanentCodeSource::new(ims, service.clone()))
            }
            Self::Device(device) => Box::new(DeviceSource::new(ims, device.clone())),
        })
    }
}

#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
impl TokenProvider {
    /// Creates a provider from a credential document, with the defaults that suit most programs: the default crypto library,
    /// the operating system's trust, the proxies that the environment variables name, no store, no files.
    ///
    /// ```
    /// # async fn example(document: &[u8]) -> adobe_ims::Result<()> {
    /// let provider = adobe_ims::TokenProvider::from_document(document)?;
    /// let token = provider.token().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// For anything else combine the parts: [`Credentials::parse_with`], [`HttpTransport::builder`],
    /// [`Credentials::source`] and [`TokenProvider::builder`].
    ///
    /// # Errors
    /// The errors of [`Credentials::parse`], [`Credentials::source`] and [`HttpTransportBuilder::build`].
    ///
    /// [`HttpTransportBuilder::build`]: crate::transport::HttpTransportBuilder::build
    pub fn from_document(document: &[u8]) -> Result<Self> {
        let crypto = Crypto::default();
        let transport = HttpTransport::builder(crypto.clone())
            .proxies(ProxySettings::system())
            .build()?;
        let ims = ImsClient::new(transport);
        let source = Credentials::parse(document)?.source(ims, &SourceOptions::new(crypto))?;
        Ok(Self::new(source))
    }
}
