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
//! 4. [`transport`] – HTTP; [`ims`] – the operations of IMS
//! 5. [`AccessToken`] – what came back, its expiry in the right unit ([`lifetime`])
//! 6. [`TokenProvider`] – one token for many callers, always fresh; [`store`] – shared with other processes
//! 7. [`AllowedHosts`] – where it may go; the module `client` puts it into the requests of an HTTP
//!    client, behind the features `tower` and `reqwest-middleware`
//!
//! Whoever receives tokens of others checks them with [`verify`].
//!
//! Every failure is an [`Error`] that names a [`Problem`] of the catalogue: what it means, what to
//! do, whether trying again can help. Secrets are [`Secret`]s and do not show themselves.
//!
//! ```
//! use std::sync::Arc;
//! use adobe_ims::{Credentials, HttpTransport, ImsClient, KeyContext, TokenProvider, crypto};
//!
//! # async fn token(document: &[u8]) -> adobe_ims::Result<()> {
//! let crypto = Arc::new(crypto::default_provider());
//! let ims = ImsClient::new(HttpTransport::builder(crypto.clone()).build()?);
//! let source = Credentials::parse(document)?.source(ims, &KeyContext::default(), &crypto)?;
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

mod allowed_hosts;
mod assertion;
mod belonging;
mod catalogue;
mod certificate;
#[cfg(any(feature = "reqwest-middleware", feature = "tower"))]
pub mod client;
mod clock;
pub mod credentials;
mod environment;
mod error;
pub mod headers;
pub mod ims;
pub mod inspect;
mod jws;
mod key;
pub mod lifetime;
mod origin;
mod pem;
mod problem;
pub mod provider;
mod public_key;
mod redact;
mod secret;
pub mod sign_in;
pub mod store;
mod technical_account;
pub mod timestamp;
mod token;
pub mod transport;
pub mod verify;

pub use allowed_hosts::AllowedHosts;
pub use assertion::{Assertion, AssertionOptions};
pub use certificate::Certificate;
pub use clock::{Clock, ManualClock, SystemClock};
pub use credentials::{
    CredentialFields, Credentials, DeviceCredentials, OauthClient, OauthCredentials, PermanentCode,
    ServiceCredentials, UserSession,
};
pub use environment::Environment;
pub use error::{Error, ErrorClass, Result, ServerAnswer};
pub use headers::TokenHeaders;
pub use http;
pub use ims::{
    Cascade, ClusterTarget, Exchanged, Granted, ImsClient, Notice, TokenType, Validation,
};
pub use key::{KeyContext, SigningKey};
pub use problem::Problem;
pub use provider::TokenProvider;
pub use public_key::PublicKey;
pub use secret::Secret;
pub use technical_account::TechnicalAccount;
pub use token::{AccessToken, TokenClaims};
pub use transport::{Body, HttpTransport, HttpTransportBuilder, ProxySettings, Transport};

/// The crypto library, which is passed explicitly: nothing here reads or installs a process-wide
/// default.
pub mod crypto {
    pub use rustls::crypto::CryptoProvider;
    /// The provider that this crate is tested with: ring.
    pub use rustls::crypto::ring::default_provider;
}
