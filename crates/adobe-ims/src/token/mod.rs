//! Access tokens: their claims, their lifetime, their headers, and the hosts that they may be sent to.
//!
//! ```
//! use adobe_ims::AccessToken;
//! use adobe_ims::token::AllowedHosts;
//!
//! # fn send(text: &str, url: &http::Uri) -> adobe_ims::Result<()> {
//! let token = AccessToken::new(text.into())?;
//! AllowedHosts::adobe().check(url)?;
//! let mut headers = http::HeaderMap::new();
//! token.headers().apply(&mut headers);
//! # Ok(())
//! # }
//! ```

mod access_token;
mod allowed_hosts;
pub(crate) mod headers;
pub mod inspect;
pub(crate) mod lifetime;
pub(crate) mod target;

pub(crate) use access_token::fits_a_header;
pub use access_token::{AccessToken, TokenClaims};
pub use allowed_hosts::AllowedHosts;
pub(crate) use allowed_hosts::corrected_host;
pub use headers::{API_KEY, ORGANIZATION_ID, TokenHeaders};
