//! One thing that is done over and over.

use std::fmt;

use tokio::runtime::Builder;

use crate::Result;

/// What a case is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A part that every cache is made of.
    Yardstick,
    /// Another library gives its cached token.
    PeerToken,
    /// Another library's way from the cached token to a header.
    PeerHeader,
    /// Ours.
    Ours,
}

/// Does the thing so many times, on the thread that it was made on.
pub type Worker = Box<dyn FnMut(u64) -> Result<()>>;

/// What is measured, and how a thread gets ready for it.
pub struct Case {
    /// Its line in the table.
    pub name: &'static str,
    /// What it is compared with.
    pub kind: Kind,
    worker: Box<dyn Fn() -> Result<Worker> + Send + Sync>,
}

impl Case {
    /// A case whose threads each start with `worker`.
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

    /// Gets this thread ready.
    ///
    /// # Errors
    /// Those of the case.
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

/// A loop around `once`.
///
/// # Errors
/// None; it is as fallible as its asynchronous sister.
pub fn sync_worker(mut once: impl FnMut() -> Result<()> + 'static) -> Result<Worker> {
    Ok(Box::new(move |times| {
        for _ in 0..times {
            once()?;
        }
        Ok(())
    }))
}

/// A loop around `once` within a runtime that belongs to the thread. Entering the runtime is not
/// part of what is repeated.
///
/// # Errors
/// When there is no runtime to be had.
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
