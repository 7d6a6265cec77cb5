//! Providers: one valid token for many callers.
//!
//! A [`TokenProvider`] shares the tokens of a [`TokenSource`](crate::source::TokenSource) among all callers, and refreshes them:
//!
//! ```
//! use adobe_ims::provider::TokenProvider;
//! use adobe_ims::source::JwtSource;
//! # use adobe_ims::ImsClient;
//! # use adobe_ims::assertion::TechnicalAccount;
//! # async fn example(ims: ImsClient, account: TechnicalAccount) -> adobe_ims::Result<()> {
//! let provider = TokenProvider::new(JwtSource::new(ims, account));
//! let token = provider.token().await?; // requests a token from IMS
//! let token = provider.token().await?; // returns the same token
//! # Ok(())
//! # }
//! ```
//!
//! # Refresh windows
//!
//! | State of the token | A caller gets |
//! |---|---|
//! | fresh | the token |
//! | advisory window: its last tenth, at least 1 min, at most 60 min, starting up to a quarter earlier at random | the token at once; one refresh runs in the background |
//! | mandatory window: its last minute, or last tenth if that is shorter | the outcome of the one refresh in flight; the old token if the refresh fails |
//! | expired, rejected or absent | the outcome of the one refresh in flight, token or error |
//!
//! # One refresh
//!
//! - It makes at most 3 attempts if the failures are transient.
//! - The pauses between attempts are random and grow. `Retry-After` is obeyed.
//! - It ends within 15 s.
//! - All callers that wait share its outcome. A caller that is cancelled does not cancel it.
//!
//! # After a failure
//!
//! The provider sends no request for a while, the *hold*. Meanwhile callers get the token if it is still valid, or the
//! last error at once. No failure is final.
//!
//! | Situation | Hold |
//! |---|---|
//! | there is a valid token | 5 to 30 s, longer after each failure; at least two more attempts fit in before the token expires |
//! | there is no valid token | 1 to 5 s |
//! | IMS refused the credentials | 30 to 60 s |
//! | `Retry-After` is longer | that long |
//!
//! No hold is longer than 5 minutes.
//!
//! # Time
//!
//! The provider never returns an expired token. It measures a token's age by the wall clock and by the monotonic clock,
//! and the higher age counts. So neither a machine that slept nor a clock that was set back makes a token younger.
//!
//! # Runtimes
//!
//! A refresh runs on the tokio runtime of the caller that starts it, or on a new thread if there is none. Callers may
//! live on any number of runtimes. Without callers no task runs. A host that wants the token to be refreshed anyway
//! calls [`TokenProvider::refresh_due`].

mod options;
mod policy;
mod state;
mod event;
mod snapshot;
mod single_flight;
mod shared;
mod refresh;
mod lookup;
mod token_provider;
mod reader;
mod blocking;
mod builder;
mod credentials;

pub use blocking::BlockingTokenProvider;
pub use builder::TokenProviderBuilder;
pub use credentials::SourceOptions;
pub use event::Event;
pub use options::TokenOptions;
pub use policy::RefreshPolicy;
pub use reader::TokenReader;
pub use state::Invalidation;
pub use token_provider::{RefreshStatus, TokenProvider};
