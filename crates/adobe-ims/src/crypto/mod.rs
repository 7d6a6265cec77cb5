//! Keys, certificates and signatures, and the crypto library behind them.

pub(crate) mod certificate;
pub(crate) mod jws;
pub(crate) mod public_key;
pub(crate) mod signing_key;

pub use rustls::crypto::CryptoProvider;
/// The provider that this crate is tested with: ring.
pub use rustls::crypto::ring::default_provider;

pub use certificate::Certificate;
pub use public_key::PublicKey;
pub use signing_key::{KeyContext, SigningKey};
