//! One refresh at a time, with any number of callers that wait for its outcome.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::error::Result;
use crate::token::AccessToken;

/// The outcome of a refresh. All callers that wait get the same.
pub(super) type Outcome = Result<Arc<AccessToken>>;

/// The receiver of a refresh's outcome.
pub(super) type RefreshReceiver = watch::Receiver<Option<Outcome>>;

/// A refresh that has started and has no outcome yet.
pub(super) struct RefreshInFlight {
    pub(super) number: u64,
    /// The monotonic time of the start: the timers of the refresh stand still while the machine sleeps.
    pub(super) started_at: Duration,
    /// The refresh requests a new token, whatever the store has.
    pub(super) is_forced: bool,
    pub(super) receiver: RefreshReceiver,
}

/// Waits for the outcome. Returns `None` if the refresh ended without one.
pub(super) async fn wait_for_outcome(mut receiver: RefreshReceiver) -> Option<Outcome> {
    let outcome = receiver.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}
