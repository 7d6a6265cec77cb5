//! IMS: one file per operation, and what they share.

mod access_token;
mod admin;
mod asker;
mod assertion;
mod client_credentials;
mod exchange;
mod invalidate_token;
mod keys;
mod organizations;
mod profile;
mod userinfo;
mod validate_token;

pub(crate) use access_token::{AccessToken, Minting, NotGood, TokenKey};
pub(crate) use admin::{admin_organizations, admin_profile};
pub(crate) use client_credentials::client_credentials;
pub(crate) use exchange::exchange;
pub(crate) use invalidate_token::invalidate_token;
pub(crate) use keys::{key_certificate, key_set};
pub(crate) use organizations::organizations;
pub(crate) use profile::profile;
pub(crate) use userinfo::userinfo;
pub(crate) use validate_token::validate_token;
