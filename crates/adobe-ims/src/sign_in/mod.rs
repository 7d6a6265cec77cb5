//! A person signs in with a browser.
//!
//! [`SignIn`] says what is wanted and [begins](SignIn::begin): the browser goes to
//! [`PendingSignIn::url`], the person signs in at Adobe, and the browser comes back to the redirect URI. A
//! [`Loopback`] listens there, on this machine only; where the redirect goes elsewhere, the person may paste
//! the address they came to. [`PendingSignIn::read`] reads it either way, and
//! [`PendingSignIn::finish`] makes tokens of it.
//!
//! ```no_run
//! use std::time::Duration;
//! use adobe_ims::sign_in::{Loopback, LoopbackName, SignIn, system_random};
//! use adobe_ims::{Environment, ImsClient, OauthClient, Result};
//!
//! # async fn example(ims: ImsClient) -> Result<()> {
//! let client = OauthClient::new(Environment::production(), "client-id");
//! let loopback = Loopback::bind(&[8888], "/")?;
//! let scopes = ["openid", "AdobeID", "offline_access"].map(str::to_owned);
//! let redirect_uri = loopback.redirect_uri(LoopbackName::Localhost);
//! let pending = SignIn::new(client, redirect_uri, scopes.into()).begin(system_random)?;
//! println!("Go to {}", pending.url());
//! let answer = loopback.answer(&pending, Duration::from_secs(300)).await?;
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

pub use pending::PendingSignIn;
pub use pkce::Pkce;
pub use redirect_listener::{Loopback, LoopbackName};
pub use request::{Flow, Prompt, SignIn};
pub use response::Redirected;

/// Random bytes of the operating system, for [`SignIn::begin`].
///
/// # Errors
/// [`Problem::RandomnessMissing`].
pub fn system_random(bytes: &mut [u8; 32]) -> Result<()> {
    fill(bytes).map_err(|error| {
        let what = "the operating system gives no randomness";
        Error::new(Problem::RandomnessMissing, what).with_source(error)
    })
}
