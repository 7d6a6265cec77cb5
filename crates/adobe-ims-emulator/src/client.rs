//! The library `adobe-ims` as a client of the emulator (feature `client`).
//!
//! Only this module knows the library. The emulator itself shares no type with it.

use std::time::SystemTime;

use adobe_ims::crypto::Crypto;
use adobe_ims::provider::SourceOptions;
use adobe_ims::{Credentials, Environment, HttpTransport, ImsClient, TokenProvider};

use crate::clock::Clock;
use crate::emulator::running::Emulator;

/// The connection of the library `adobe-ims` to the emulator (feature `client`).
///
/// ```
/// use std::time::Duration;
///
/// use adobe_ims_emulator::Emulator;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start()?;
/// let provider = emulator.token_provider(&emulator.credentials_json())?.blocking();
/// let first = provider.token()?;
///
/// emulator.clock().advance(Duration::from_secs(24 * 60 * 60)); // the token has expired
/// let second = provider.token()?;
/// assert_ne!(first.as_secret().expose(), second.as_secret().expose());
/// assert_eq!(emulator.tokens_minted(), 2);
/// # Ok(())
/// # }
/// ```
///
/// A program under test that builds the parts itself takes [`environment`](Self::environment) and
/// [`transport`](Self::transport):
///
/// ```
/// use adobe_ims::{Credentials, ImsClient};
/// use adobe_ims_emulator::Emulator;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start()?;
/// let document = emulator.oauth_credentials_json();
/// let credentials = Credentials::parse_for(document.as_bytes(), emulator.environment())?;
/// let ims = ImsClient::new(emulator.transport()?);
/// # let _ = (credentials, ims);
/// # Ok(())
/// # }
/// ```
impl Emulator {
    /// Returns the emulator as an environment of IMS. The credential documents name production
    /// unless told otherwise, so credentials are read with [`Credentials::parse_for`] for it.
    pub fn environment(&self) -> Environment {
        Environment::parse(self.url()).expect("the URL of the emulator is one of loopback")
    }

    /// Returns a transport that trusts the CA of the emulator, and that uses no proxy. It uses the
    /// crypto provider of the emulator.
    ///
    /// # Errors
    ///
    /// Returns an error if neither the feature `ring` nor `aws-lc-rs` is on, and the process has
    /// installed no crypto provider, or if the transport cannot be built.
    pub fn transport(&self) -> adobe_ims::Result<HttpTransport> {
        let builder = HttpTransport::builder(crypto()?);
        match self.ca_pem() {
            Some(ca) => builder.extra_ca("the CA of the emulator", ca).build(),
            None => builder.build(),
        }
    }

    /// Returns a client of IMS with the transport and the clock of the emulator.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`transport`](Self::transport).
    pub fn ims_client(&self) -> adobe_ims::Result<ImsClient> {
        Ok(ImsClient::new(self.transport()?).with_clock(self.clock().clone()))
    }

    /// Returns a provider of tokens for a credential document of the emulator. Its requests go to
    /// the emulator, whatever environment the document names. It has the clock of the emulator, so
    /// that a test that moves the clock sees it refresh the token.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`transport`](Self::transport), and of reading the document.
    pub fn token_provider(&self, document: &str) -> adobe_ims::Result<TokenProvider> {
        let credentials = Credentials::parse_for(document.as_bytes(), self.environment())?;
        let options = SourceOptions::new(crypto()?);
        let source = credentials.source(self.ims_client()?, &options)?;
        Ok(TokenProvider::builder(source)
            .clock(self.clock().clone())
            .build())
    }
}

/// The virtual time, for the library (feature `client`).
impl adobe_ims::Clock for Clock {
    fn now(&self) -> SystemTime {
        Self::now(self)
    }
}

fn crypto() -> adobe_ims::Result<Crypto> {
    #[cfg(feature = "ring")]
    return Ok(Crypto::ring());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    return Ok(Crypto::aws_lc_rs());
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    Crypto::installed().ok_or_else(|| {
        let message = "the process has installed no crypto provider, and adobe-ims-emulator has neither the \
                       feature ring nor aws-lc-rs";
        adobe_ims::Error::new(adobe_ims::Problem::CryptoUnknown, message)
    })
}
