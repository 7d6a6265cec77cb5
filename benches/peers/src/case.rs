//! A measured operation that runs in a loop.

use std::fmt;

use tokio::runtime::Builder;

use crate::Result;

/// The role of a case in the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A part of which caches consist.
    Yardstick,
    /// Another library returns its cached token.
    PeerToken,
    /// Another library puts its cached token into a header.
    PeerHeader,
    /// This library.
    Ours,
}

/// Repeats the operation the given number of times, on the thread that created the worker.
pub type Worker = Box<dyn FnMut(u64) -> Result<()>>;

/// A measured operation, and the function that prepares a thread for it.
pub struct Case {
    /// The name of the case in the table.
    pub name: &'static str,
    /// The role of the case in the comparison.
    pub kind: Kind,
    worker: Box<dyn Fn() -> Result<Worker> + Send + Sync>,
}

impl Case {
    /// Creates a case. Each thread gets its worker from `worker`.
    pub fn new(
        kind: Kind,
        name: &'static str,
        worker: impl Fn() -> Result<Worker> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            kind,
            worker: Box::new(worker),
        }
    }

    /// Creates the worker of this thread.
    ///
    /// # Errors
    /// Returns the errors of the case.
    pub fn worker(&self) -> Result<Worker> {
        (self.worker)()
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Creates a worker that calls `once` in a loop.
///
/// # Errors
/// Never fails. The result makes it interchangeable with [`async_worker`].
pub fn sync_worker(mut once: impl FnMut() -> Result<()> + 'static) -> Result<Worker> {
    Ok(Box::new(move |times| {
        for _ in 0..times {
            once()?;
        }
        Ok(())
    }))
}

/// Creates a worker that awaits `once` in a loop, in a runtime that belongs to the thread. The worker
/// enters the runtime once per loop.
///
/// # Errors
/// Fails when the runtime cannot be built.
pub fn async_worker(mut once: impl AsyncFnMut() -> Result<()> + 'static) -> Result<Worker> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    Ok(Box::new(move |times| {
        runtime.block_on(async {
            for _ in 0..times {
                once().await?;
            }
            Ok(())
        })
    }))
}
