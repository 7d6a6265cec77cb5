//! One refresh under way, and those who wait for it.

use std::sync::Arc;

use tokio::runtime::{Builder, Handle};
use tokio::sync::watch;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::token::AccessToken;
use crate::util::clock::Moment;

/// What a refresh ends with: everybody who waits gets the same.
pub(super) type Outcome = Result<Arc<AccessToken>>;

/// What waits for the outcome.
pub(super) type RefreshReceiver = watch::Receiver<Option<Outcome>>;

/// A refresh that is under way.
pub(super) struct RefreshInFlight {
    pub(super) number: u64,
    pub(super) started: Moment,
    pub(super) landing: RefreshReceiver,
}

/// The outcome, when it is there; `None` when the refresh ended without one.
pub(super) async fn landed(landing: &mut RefreshReceiver) -> Option<Outcome> {
    let landed = landing.wait_for(Option::is_some).await.ok()?;
    landed.clone()
}

/// Where a refresh runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Executor {
    /// On the runtime of who starts it, if there is one.
    Runtime,
    /// On a thread of its own: who starts it blocks, perhaps the only thread of a runtime.
    Thread,
}

/// Lets the work run by itself, whatever becomes of who started it.
pub(super) fn start(
    work: impl Future<Output = ()> + Send + 'static,
    ground: Executor,
) -> Result<()> {
    match Handle::try_current() {
        Ok(runtime) if ground == Executor::Runtime => {
            drop(runtime.spawn(work));
            Ok(())
        }
        _ => on_a_thread(work),
    }
}

fn on_a_thread(work: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let failed = |error| {
        Error::new(
            Problem::RefreshInterrupted,
            "no thread can be started for the refresh",
        )
        .with_source(error)
    };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let body = move || {
        runtime.block_on(work);
        // A look-up of a name that hangs is left to itself.
        runtime.shutdown_background();
    };
    let thread = std::thread::Builder::new().name("adobe-ims refresh".to_owned());
    thread.spawn(body).map(drop).map_err(failed)
}
