//! Access tokens of Adobe's identity service IMS, from the credentials that Adobe issues.
//!
//! ```
//! use adobe_ims::TokenProvider;
//!
//! # async fn call(document: &[u8]) -> adobe_ims::Result<()> {
//! // One provider per credential document, for the whole program. Clones share the token.
//! let provider = TokenProvider::from_document(document)?;
//! let token = provider.token().await?;
//! let authorization = token.authorization(); // the value of the header
//! # Ok(())
//! # }
//! ```
//!
//! The first call requests a token from IMS. Later calls get the same token. Before it expires, one refresh runs.
//!
//! # Modules
//!
//! Each module uses only modules that stand above it.
//!
//! | Module | Content |
//! |---|---|
//! | [`error`] | [`Error`], and the catalogue of causes: [`Problem`] |
//! | [`crypto`] | the crypto library, private keys, certificates |
//! | [`token`] | [`AccessToken`], its claims and headers, the hosts it may go to |
//! | [`credentials`] | [`Credentials`] of every kind, and the documents that hold them |
//! | [`assertion`] | technical accounts, and the JWT that they sign |
//! | [`transport`] | HTTP as an interface, and [`HttpTransport`] |
//! | [`api`] | [`ImsClient`]: the operations of IMS |
//! | [`api_error`] | the causes of an error that an API of Adobe answered with |
//! | [`cache`] | stores for tokens: in memory, in files |
//! | [`source`] | token sources: one for each kind of credentials, and your own |
//! | `session` | sign-ins of people, and their tokens (feature `file-store`) |
//! | [`provider`] | [`TokenProvider`]: one fresh token for many callers |
//! | `sign_in` | the sign-in of a person with a browser (feature `sign-in`) |
//! | [`verify`] | checks of tokens that other clients send |
//! | `client` | tokens in the requests of `tower` and `reqwest` clients (features of these names) |
//!
//! # Errors
//!
//! Every failure is an [`Error`]. It names a [`Problem`] of the catalogue and says whether a later attempt may
//! succeed. `Display` is one line; [`Error::report`] is the full report with hints. Secrets are [`Secret`]s, which
//! hide their text in `Debug`.
//!
//! # Features
//!
//! | Feature | Default | Effect |
//! |---|---|---|
//! | `aws-lc-rs` | on | [`Crypto::aws_lc_rs`](crypto::Crypto): the crypto library that rustls uses by default |
//! | `ring` | off | `Crypto::ring`: the crypto library `ring` |
//! | `file-store` | on | tokens and sessions in files of one user |
//! | `sign-in` | on | the listener for the browser of a person who signs in |
//! | `gzip` | on | product contexts that IMS has packed |
//! | `legacy-key-encryption` | on | private keys that are encrypted with DES, 3DES or by OpenSSL's old scheme |
//! | `tower`, `reqwest-middleware` | off | the module `client` |
//!
//! One of the two crypto libraries is enough. With neither, the host passes a provider of its own
//! ([`Crypto::from_provider`](crypto::Crypto::from_provider)). This crate never installs a process-wide provider
//! and turns on no feature of rustls but that of its own feature.
//!
//! # Tests
//!
//! The crate `adobe-ims-emulator` stands in for IMS. With its feature `client` it hands out a provider, or the parts of
//! one:
//!
//! ```
//! use adobe_ims::{Credentials, ImsClient};
//! use adobe_ims_emulator::Emulator;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::start()?;
//! let provider = emulator.token_provider(&emulator.credentials_json())?;
//!
//! let document = emulator.oauth_credentials_json();
//! let credentials = Credentials::parse_for(document.as_bytes(), emulator.environment())?;
//! let ims = ImsClient::new(emulator.transport()?);
//! # let _ = (provider, credentials, ims);
//! # Ok(())
//! # }
//! ```
//!
//! # Runtime
//!
//! [`HttpTransport`] needs a tokio runtime with I/O and time. A [`TokenProvider`] brings one where there is none.
//!
//! This project is independent of Adobe. Its facts about the protocol come from documents and clients that Adobe
//! published. Nothing here has been verified against the live service.

#![forbid(unsafe_code)]

mod util;
pub mod error;
mod environment;
pub mod crypto;
mod value;
pub mod token;
pub mod credentials;
pub mod assertion;
pub mod transport;
pub mod api;
pub mod api_error;
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
#[doc(hidden)]
pub mod internal;

pub use api::ImsClient;
pub use credentials::Credentials;
pub use environment::Environment;
pub use error::{Error, ErrorClass, Problem, Result};
pub use http;
pub use provider::TokenProvider;
pub use token::AccessToken;
pub use transport::HttpTransport;
pub use util::clock::{Clock, ManualClock, SystemClock};
pub use util::future::BoxFuture;
pub use util::secret::Secret;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
