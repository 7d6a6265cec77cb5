//! The JWT exchange: an assertion for an access token.

pub(crate) mod assertion;
pub(crate) mod signature;
pub(crate) mod endpoint;
