//! Signs a person in with a browser.
//!
//! 1. [`AuthorizationRequest`] describes the sign-in, and [`start`](AuthorizationRequest::start) draws its random values.
//! 2. The program opens [`PendingAuthorization::url`] in a browser, and the person signs in at Adobe.
//! 3. Adobe redirects the browser to the redirect URI. A [`RedirectListener`] on this machine receives the redirect. If
//!    the redirect URI leads elsewhere, the person pastes the address, and [`PendingAuthorization::read`] parses it.
//! 4. [`PendingAuthorization::finish`] exchanges the [`AuthorizationResponse`] for tokens.
//!
//! ```no_run
//! use std::time::Duration;
//! use adobe_ims::sign_in::{AuthorizationRequest, LoopbackHost, RedirectListener, system_random};
//! use adobe_ims::{Environment, ImsClient, Result};
//! use adobe_ims::credentials::OauthClient;
//!
//! # async fn example(ims: ImsClient) -> Result<()> {
//! let client = OauthClient::new(Environment::production(), "client-id");
//! let listener = RedirectListener::bind(&[8888], "/")?;
//! let scopes = ["openid", "AdobeID", "offline_access"].map(str::to_owned);
//! let redirect_uri = listener.redirect_uri(LoopbackHost::Localhost);
//! let pending = AuthorizationRequest::new(client, redirect_uri, scopes.into()).start(system_random)?;
//! println!("Go to {}", pending.url());
//! let response = listener.wait_for_redirect(&pending, Duration::from_secs(300)).await?;
//! let tokens = pending.finish(&ims, response).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Protection
//!
//! Each sign-in has three values of 32 random bytes:
//!
//! - `state` binds the redirect to this sign-in. It is compared in constant time.
//! - The PKCE verifier binds the code to this process (RFC 7636, always `S256`).
//! - `nonce` binds the id token to this sign-in.
//!
//! The listener is bound to 127.0.0.1. It answers only requests whose `Host` is this machine. It ends after the redirect
//! with the `state` of this sign-in, or at its deadline. Any other request gets a page that says nothing of it.

mod flow;
mod pkce;
mod response;
mod pending;
mod request;
mod http_request;
mod page;
mod callback;
mod connections;
mod redirect_listener;

use getrandom::fill;

use crate::error::Problem;
use crate::error::{Error, Result};

pub use flow::{Flow, Prompt};
pub use pending::PendingAuthorization;
pub use pkce::Pkce;
pub use redirect_listener::{LoopbackHost, RedirectListener};
pub use request::AuthorizationRequest;
pub use response::AuthorizationResponse;

/// Fills the array with random bytes of the operating system, for [`AuthorizationRequest::start`].
///
/// # Errors
/// [`Problem::RandomnessMissing`] when the operating system has no randomness.
pub fn system_random(bytes: &mut [u8; 32]) -> Result<()> {
    fill(bytes).map_err(|error| {
        let message = "the operating system gives no randomness";
        Error::new(Problem::RandomnessMissing, message).with_source(error)
    })
}
