//! IMS: one file per operation, and what they share.

mod access_token;
mod assertion;
mod client_credentials;
mod exchange;
mod invalidate_token;
mod keys;
mod validate_token;

pub(crate) use access_token::{AccessToken, Minting, NotGood, TokenKey};
pub(crate) use client_credentials::client_credentials;
pub(crate) use exchange::exchange;
pub(crate) use invalidate_token::invalidate_token;
pub(crate) use keys::{key_certificate, key_set};
pub(crate) use validate_token::validate_token;
