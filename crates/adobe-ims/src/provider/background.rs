//! The thread on which refreshes run, unless the host names a runtime.

use core::future::pending;
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::error::{Error, Problem, Result};

/// The runtime of that thread, once it has started.
static BACKGROUND: Mutex<Option<Handle>> = Mutex::new(None);

/// Returns the runtime of the library's own thread. The thread starts at the first call and lives as long as the
/// process.
///
/// A refresh does not run on the runtime of a caller: a current-thread runtime stands still between two calls of
/// `block_on`, and everybody who waits for the refresh would stand still with it.
///
/// # Errors
/// [`Problem::RefreshInterrupted`] when the operating system gives no thread.
pub(super) fn background() -> Result<Handle> {
    let mut started = BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*started {
        return Ok(handle.clone());
    }
    let failed = |error| {
        let message = "no thread can be started for refreshes";
        Error::new(Problem::RefreshInterrupted, message).with_source(error)
    };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("adobe-ims".to_owned())
        .spawn(move || runtime.block_on(pending::<()>()))
        .map_err(failed)?;
    *started = Some(handle.clone());
    Ok(handle)
}
