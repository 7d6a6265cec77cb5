//! A person signs in with a browser.
//!
//! [`AuthorizationRequest`] says what is wanted and [begins](AuthorizationRequest::start): the browser goes to
//! [`PendingAuthorization::url`], the person signs in at Adobe, and the browser comes back to the redirect URI. A
//! [`RedirectListener`] listens there, on this machine only; where the redirect goes elsewhere, the person may paste
//! the address they came to. [`PendingAuthorization::read`] reads it either way, and
//! [`PendingAuthorization::finish`] makes tokens of it.
//!
//! ```no_run
//! use std::time::Duration;
//! use adobe_ims::sign_in::{RedirectListener, LoopbackHost, AuthorizationRequest, system_random};
//! use adobe_ims::{Environment, ImsClient, Result};
//! use adobe_ims::credentials::OauthClient;
//!
//! # async fn example(ims: ImsClient) -> Result<()> {
//! let client = OauthClient::new(Environment::production(), "client-id");
//! let loopback = RedirectListener::bind(&[8888], "/")?;
//! let scopes = ["openid", "AdobeID", "offline_access"].map(str::to_owned);
//! let redirect_uri = loopback.redirect_uri(LoopbackHost::Localhost);
//! let pending = AuthorizationRequest::new(client, redirect_uri, scopes.into()).start(system_random)?;
//! println!("Go to {}", pending.url());
//! let answer = loopback.wait_for_redirect(&pending, Duration::from_secs(300)).await?;
//! let granted = pending.finish(&ims, answer).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What protects it
//!
//! Three values of 32 random bytes each: `state` ties the answer to this sign-in (compared in constant
//! time), the PKCE verifier ties the code to this process (RFC 7636, `S256` always), and `nonce` ties the
//! id_token to this sign-in. The listener is bound to 127.0.0.1, serves requests that name this machine as
//! their host and no others, and ends after the one answer or at its deadline.

mod pkce;
mod request;
mod response;
mod pending;
mod http_request;
mod page;
mod callback;
mod redirect_listener;

use getrandom::fill;

use crate::error::Problem;
use crate::error::{Error, Result};

pub use pending::PendingAuthorization;
pub use pkce::Pkce;
pub use redirect_listener::{LoopbackHost, RedirectListener};
pub use request::{AuthorizationRequest, Flow, Prompt};
pub use response::AuthorizationResponse;

/// Random bytes of the operating system, for [`AuthorizationRequest::start`].
///
/// # Errors
/// [`Problem::RandomnessMissing`].
pub fn system_random(bytes: &mut [u8; 32]) -> Result<()> {
    fill(bytes).map_err(|error| {
        let what = "the operating system gives no randomness";
        Error::new(Problem::RandomnessMissing, what).with_source(error)
    })
}
