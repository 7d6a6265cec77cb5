//! Adobe IMS access tokens from the credentials that Adobe hands out.
//!
//! A *service credentials* document of the AEM Developer Console becomes a signed assertion, the
//! assertion is exchanged at Adobe's identity service IMS, and the access token that comes back
//! opens AEM. An *OAuth server-to-server* credential of the Adobe Developer Console needs no assertion: its
//! client asks with its secret ([`ImsClient::client_credentials`]). Other documents and credentials in fields
//! become one of these two ([`credentials`]). People [sign in](sign_in) with a browser and stay signed in
//! ([`UserSession`]); services have a [`PermanentCode`], devices their [`DeviceCredentials`]. The modules follow
//! the data on that way; none knows what comes after it:
//!
//! 1. [`credentials`] – the document, accepted unchanged; [`Environment`] – where to ask
//! 2. [`SigningKey`] – any RSA private key people hold; [`Certificate`] – does it belong to the key?
//! 3. [`TechnicalAccount`] – both, known to fit; [`Assertion`] – the signed request
//! 4. [`transport`] – HTTP; [`api`] – the operations of IMS
//! 5. [`AccessToken`] – what came back, its expiry in the right unit ([`lifetime`])
//! 6. [`TokenProvider`] – one token for many callers, always fresh; [`cache`] – shared with other processes
//! 7. [`AllowedHosts`] – where it may go; the module `client` puts it into the requests of an HTTP
//!    client, behind the features `tower` and `reqwest-middleware`
//!
//! Whoever receives tokens of others checks them with [`verify`].
//!
//! Every failure is an [`Error`] that names a [`Problem`] of the catalogue: what it means, what to
//! do, whether trying again can help. Secrets are [`Secret`]s and do not show themselves.
//!
//! ```
//! use adobe_ims::crypto::Crypto;
//! use adobe_ims::provider::SourceOptions;
//! use adobe_ims::{Credentials, HttpTransport, ImsClient, TokenProvider};
//!
//! # async fn token(document: &[u8]) -> adobe_ims::Result<()> {
//! let crypto = Crypto::default();
//! let ims = ImsClient::new(HttpTransport::builder(crypto.clone()).build()?);
//! let source = Credentials::parse(document)?.source(ims, &SourceOptions::new(crypto))?;
//!
//! // One provider per credential, for the whole program; clones are the same.
//! let provider = TokenProvider::new(source);
//! let token = provider.token().await?;
//! println!("valid until {:?}", token.expires_at());
//! # Ok(())
//! # }
//! ```
//!
//! Sending needs a tokio runtime, and a provider brings one where there is none; nothing else does.
//!
//! This project is independent of Adobe. What is known of the protocol comes from Adobe's published
//! documents and clients; nothing here has been verified against the live service.

#![forbid(unsafe_code)]

mod util;
mod error;
mod environment;
pub mod crypto;
pub mod token;
pub mod credentials;
mod assertion;
pub mod transport;
pub mod api;
pub mod cache;
pub mod source;
#[cfg(feature = "file-store")]
pub mod session;
pub mod provider;
#[cfg(feature = "sign-in")]
pub mod sign_in;
pub mod verify;
#[cfg(any(feature = "reqwest-middleware", feature = "tower"))]
pub mod client;

pub use api::{
    Cascade, ClusterTarget, Exchanged, Granted, ImsClient, Notice, TokenType, Validation,
};
pub use assertion::{Assertion, AssertionOptions, TechnicalAccount};
pub use credentials::{
    CredentialFields, Credentials, DeviceCredentials, OauthClient, OauthCredentials, PermanentCode,
    ServiceCredentials,
};
pub use crypto::{Certificate, KeyContext, PublicKey, SigningKey};
pub use environment::Environment;
pub use error::{Error, ErrorClass, Problem, Result, ServerAnswer};
pub use http;
pub use provider::TokenProvider;
#[cfg(feature = "file-store")]
pub use session::UserSession;
pub use token::{AccessToken, AllowedHosts, TokenClaims, TokenHeaders, headers, inspect, lifetime};
pub use transport::{Body, HttpTransport, HttpTransportBuilder, ProxySettings, Transport};
pub use util::clock::{Clock, ManualClock, SystemClock};
pub use util::secret::Secret;
pub use util::time as timestamp;
