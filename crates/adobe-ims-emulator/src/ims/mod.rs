//! IMS: one file per operation, and what they share.

mod access_token;
mod assertion;
mod client_credentials;
mod exchange;
mod keys;

pub(crate) use access_token::{AccessToken, Minting, TokenKey};
pub(crate) use client_credentials::client_credentials;
pub(crate) use exchange::exchange;
pub(crate) use keys::{key_certificate, key_set};
