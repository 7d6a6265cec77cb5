//! Verifies tokens that a program receives from others: the signature and the claims.
//!
//! - A [`KeySet`](crate::api::KeySet) holds the public keys of IMS. A [`KeyCache`] fetches and keeps them.
//! - [`VerifyOptions`] state the expected claims.
//! - [`Verified`] is a token that passed. A [`Rejection`] is the reason why another did not.
//!
//! ```
//! use adobe_ims::verify::{KeyCache, VerifyOptions};
//! use adobe_ims::crypto::Crypto;
//! use adobe_ims::{Environment, ImsClient, Secret};
//! use adobe_ims::api::TokenType;
//!
//! # async fn example(ims: ImsClient, bearer: Secret) -> adobe_ims::Result<()> {
//! // One cache for the whole program; clones share the keys.
//! let keys = KeyCache::new(ims, Environment::production(), Crypto::default());
//! let options = VerifyOptions::token(TokenType::Access).with_client_id("my-client");
//!
//! // The first `?`: there are no keys. The second: the token is rejected.
//! let token = keys.verify(&bearer, &options).await??;
//! println!("from {:?}", token.token_claims().user_id);
//! # Ok(())
//! # }
//! ```
//!
//! A revoked token still has a valid signature. [`ImsClient::validate`](crate::api::ImsClient::validate) asks IMS.

mod verdict;
mod options;
mod signature;
mod cache;

pub use cache::{KeyCache, KeyCachePolicy};
pub use options::VerifyOptions;
pub use verdict::{Rejection, Verdict, Verified};
