//! One refresh at a time, with any number of callers that wait for its outcome.

use std::sync::Arc;

use tokio::runtime::{Builder, Handle};
use tokio::sync::watch;

use crate::error::{Error, Problem, Result};
use crate::token::AccessToken;
use crate::util::clock::Moment;

/// The outcome of a refresh. All callers that wait get the same.
pub(super) type Outcome = Result<Arc<AccessToken>>;

/// The receiver of a refresh's outcome.
pub(super) type RefreshReceiver = watch::Receiver<Option<Outcome>>;

/// A refresh that has started and has no outcome yet.
pub(super) struct RefreshInFlight {
    pub(super) number: u64,
    pub(super) started_at: Moment,
    pub(super) receiver: RefreshReceiver,
}

/// Waits for the outcome. Returns `None` if the refresh ended without one.
pub(super) async fn wait_for_outcome(mut receiver: RefreshReceiver) -> Option<Outcome> {
    let outcome = receiver.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}

/// The place where a refresh runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Executor {
    /// The tokio runtime of the caller, or a new thread if there is none.
    Runtime,
    /// A new thread. The caller blocks, perhaps the only thread of a runtime.
    Thread,
}

/// Starts the work detached from the caller.
pub(super) fn start(
    work: impl Future<Output = ()> + Send + 'static,
    executor: Executor,
) -> Result<()> {
    match Handle::try_current() {
        Ok(runtime) if executor == Executor::Runtime => {
            drop(runtime.spawn(work));
            Ok(())
        }
        _ => start_thread(work),
    }
}

fn start_thread(work: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let failed = |error| {
        let message = "the operating system started no thread for the refresh";
        Error::new(Problem::RefreshInterrupted, message).with_source(error)
    };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let body = move || {
        runtime.block_on(work);
        // A DNS lookup that hangs does not keep the thread.
        runtime.shutdown_background();
    };
    let thread = std::thread::Builder::new().name("adobe-ims refresh".to_owned());
    thread.spawn(body).map(drop).map_err(failed)
}
