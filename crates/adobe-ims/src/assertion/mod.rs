//! Technical accounts, and the assertions that they sign.
//!
//! ```
//! use std::time::SystemTime;
//! use adobe_ims::assertion::{Assertion, AssertionOptions, TechnicalAccount};
//! use adobe_ims::credentials::ServiceCredentials;
//! use adobe_ims::crypto::{Crypto, KeyContext};
//!
//! # fn example(credentials: &ServiceCredentials, now: SystemTime) -> adobe_ims::Result<()> {
//! let account = TechnicalAccount::open(credentials, &KeyContext::default(), &Crypto::default())?;
//! let assertion = Assertion::sign(&account, now, &AssertionOptions::default())?;
//! assert!(assertion.expires_at() > now);
//! # Ok(())
//! # }
//! ```

mod technical_account;
mod claims;

pub use claims::{Assertion, AssertionOptions};
pub use technical_account::TechnicalAccount;
