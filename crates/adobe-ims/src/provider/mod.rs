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
//! | advisory window: its last tenth, at least 1 min (but no more than half of its life), at most 60 min, starting up to a quarter earlier at random | the token at once; one refresh runs in the background |
//! | mandatory window: its last minute, or last tenth if that is shorter | the outcome of the one refresh in flight; the old token if the refresh fails |
//! | expired, rejected or absent | the outcome of the one refresh in flight, token or error |
//!
//! # One refresh
//!
//! - It makes at most 3 attempts if the failures are transient.
//! - The pauses between attempts are random and grow. `Retry-After` is obeyed.
//! - It ends within 15 s. The first attempt has three quarters of that, so that one that hangs leaves time for others.
//! - A source that panics fails, and a listener that panics is ignored.
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
//! No hold is longer than 5 minutes. Callers that force a refresh get the last error during a hold, too.
//!
//! # After a rejection
//!
//! A caller reports a 401 of an API with [`TokenProvider::invalidate`].
//!
//! - The first report withdraws the token: the next caller waits for another one.
//! - If the new token is rejected too, the reason is probably not the token. It is served on, and one refresh runs in the
//!   background.
//! - The pause between two such refreshes is 30 s at first and doubles, up to an hour. A report during the pause changes
//!   nothing.
//!
//! # Stores
//!
//! A provider asks its [stores](crate::cache) in the order in which the builder got them, then the source. One
//! operation of a store takes 2 s at most; a store that takes longer, or fails, is skipped and reported as an
//! [`Event::Store`]. Callers have the token before a store has it; [`TokenProvider::saved`] waits for the stores.
//!
//! A failure that another process stored counts only for callers that waited for that very attempt. A stored token that
//! is still valid comes first.
//!
//! A process that has the lease of a store and does not finish, because it was stopped for example, costs others half of the
//! policy's deadline. Then they request a token themselves, and report the holder as an [`Event::Store`].
//!
//! One failure counts for everybody: a response 429 with `Retry-After`. Before its end no provider sends a request, unless
//! a caller forces a refresh or the secrets have changed. It counts for ten minutes at most, and not at all if its time is
//! in the future (see [`StoredThrottle`](crate::cache::StoredThrottle)).
//!
//! # Time
//!
//! The provider never returns an expired token. It measures a token's age by the wall clock and by the monotonic clock,
//! and the higher age counts. So neither a machine that slept nor a clock that was set back makes a token younger. Both
//! together can: then the sleep counts for as much less as the clock was set back.
//!
//! # Runtimes
//!
//! Refreshes and the deadlines of callers run on a thread of the library, which starts with the first refresh and lives
//! as long as the process. So callers may live on any number of runtimes, or on none, and a runtime that stands still
//! delays nobody else. [`TokenProviderBuilder::runtime`] names another runtime. A process that forks after its first
//! refresh has no such thread in the child: fork before.
//!
//! Without callers no refresh starts. A host that wants the token to be refreshed anyway calls
//! [`TokenProvider::refresh_due`].

mod background;
mod deadline;
mod catch_panic;
mod options;
mod policy;
mod state;
mod event;
mod snapshot;
mod single_flight;
mod shared;
mod new_entry;
mod saving;
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
