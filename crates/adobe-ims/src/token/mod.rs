//! Access tokens: their claims, their lifetime, their headers, and where they may go.

mod access_token;
mod allowed_hosts;
pub(crate) mod headers;
pub mod inspect;
pub(crate) mod lifetime;
mod target;

pub(crate) use access_token::fits_a_header;
pub use access_token::{AccessToken, TokenClaims};
pub use allowed_hosts::AllowedHosts;
pub use headers::{API_KEY, ORGANIZATION_ID, TokenHeaders};
