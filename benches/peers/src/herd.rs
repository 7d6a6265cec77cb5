//! Many concurrent callers of a library that has no token.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::Result;

/// The number of concurrent callers.
pub const CALLERS: usize = 100;

type Call = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A library whose cache has no token yet.
pub struct EmptyCache {
    exchanges: Arc<AtomicUsize>,
    call: Box<dyn Fn() -> Call>,
}

impl EmptyCache {
    /// Creates a cache whose source counts its requests in `exchanges`.
    pub fn new<F>(exchanges: Arc<AtomicUsize>, call: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self {
            exchanges,
            call: Box::new(move || Box::pin(call())),
        }
    }
}

impl fmt::Debug for EmptyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cold").finish_non_exhaustive()
    }
}

/// A library, and the function that creates it with an empty cache for each run.
pub struct Herd {
    /// The name of the herd in the table.
    pub name: &'static str,
    empty_cache: Box<dyn Fn() -> Result<EmptyCache>>,
}

impl fmt::Debug for Herd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Herd")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The result of a run.
#[derive(Clone, Copy, Debug)]
pub struct HerdOutcome {
    /// The number of requests to the source.
    pub exchanges: usize,
    /// The time until the last caller had a token.
    pub after: Duration,
}

impl Herd {
    /// Creates a herd. Each run calls `empty_cache` within the runtime of the callers.
    pub fn new(name: &'static str, empty_cache: impl Fn() -> Result<EmptyCache> + 'static) -> Self {
        Self {
            name,
            empty_cache: Box::new(empty_cache),
        }
    }

    /// Runs all callers at once, on one thread.
    ///
    /// # Errors
    /// Fails when a caller gets no token.
    pub fn run(&self) -> Result<HerdOutcome> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let empty_cache = (self.empty_cache)()?;
            let before = empty_cache.exchanges.load(Ordering::Relaxed);
            let start = Instant::now();
            let mut callers: JoinSet<Result<()>> = JoinSet::new();
            for _ in 0..CALLERS {
                callers.spawn((empty_cache.call)());
            }
            while let Some(served) = callers.join_next().await {
                served??;
            }
            Ok(HerdOutcome {
                after: start.elapsed(),
                exchanges: empty_cache.exchanges.load(Ordering::Relaxed) - before,
            })
        })
    }
}
