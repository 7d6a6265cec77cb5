//! Sessions: the refresh tokens of people who signed in, and the access tokens that they bring.
//!
//! A sign-in ends with a refresh token. [`UserSession::start`] writes it to a [`SessionStore`]; from then on a
//! [`SessionSource`] exchanges it for access tokens, until the person signs out or the refresh token expires.
//!
//! ```no_run
//! use adobe_ims::TokenProvider;
//! use adobe_ims::credentials::UserCredentials;
//! use adobe_ims::session::{SessionSource, SessionStore, UserSession};
//! # use adobe_ims::ImsClient;
//! # async fn example(ims: ImsClient, credentials: UserCredentials) -> adobe_ims::Result<()> {
//! let store = SessionStore::new("/home/me/.local/state/my-tool/sessions");
//! let session = UserSession::new(credentials, store);
//! let provider = TokenProvider::new(SessionSource::new(ims, session)?);
//! let token = provider.token().await?;
//! # Ok(())
//! # }
//! ```

mod data;
mod store;
mod user;
mod in_flight;
mod exchange;
mod source;

pub(crate) use data::LatestToken;
pub use data::{Session, SessionKey};
pub use in_flight::{Exchanges, PausedExchanges};
pub use source::SessionSource;
pub(crate) use store::{LOCK_TIMEOUT, TOKEN_LOCK_TIMEOUT};
pub use store::{SessionFile, SessionStore};
pub use user::UserSession;
