//! Checking tokens that others bring: whose signature it is, and whether the claims are right.
//!
//! A [`KeySet`](crate::api::KeySet) holds the public keys of IMS, a [`KeyCache`] gets and keeps them. [`VerifyOptions`] says what a
//! token must be, [`Verified`] is one that is, and a [`Rejection`] says why another one is not.
//!
//! ```
//! use adobe_ims::verify::{VerifyOptions, KeyCache};
//! use adobe_ims::crypto::Crypto;
//! use adobe_ims::{Environment, ImsClient, Secret};
//! use adobe_ims::api::TokenType;
//!
//! # async fn of_a_call(ims: ImsClient, bearer: Secret) -> adobe_ims::Result<()> {
//! // One cache for the whole program; clones are the same.
//! let keys = KeyCache::new(ims, Environment::production(), Crypto::default());
//! let expected = VerifyOptions::token(TokenType::Access).of_client("my-client");
//!
//! // The first `?`: the keys cannot be had. The second: the token is not good.
//! let token = keys.verify(&bearer, &expected).await??;
//! println!("from {:?}", token.token_claims().user_id);
//! # Ok(())
//! # }
//! ```
//!
//! This says nothing of revocation: a token that was revoked has a good signature. IMS is asked with
//! [`ImsClient::validate`](crate::api::ImsClient::validate).

mod options;
mod verdict;
mod signature;
mod cache;

pub use cache::{KeyCache, KeyCachePolicy};
pub use options::VerifyOptions;
pub use verdict::{Rejection, Verdict, Verified};
