//! Keys, certificates and signatures, and the crypto library behind them.
//!
//! ```
//! use adobe_ims::crypto::Certificate;
//!
//! # fn read(pem: &[u8]) -> adobe_ims::Result<()> {
//! let certificate = Certificate::read(pem)?;
//! println!("{} expires {:?}", certificate.subject(), certificate.not_after());
//! # Ok(())
//! # }
//! ```

pub(crate) mod certificate;
pub(crate) mod jws;
mod provider;
pub(crate) mod public_key;
pub(crate) mod signing_key;

pub use certificate::Certificate;
pub use provider::Crypto;
pub use public_key::PublicKey;
pub use signing_key::{KeyContext, SigningKey};
