//! Many callers at once who find no token.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::Result;

/// So many at once.
pub const CALLERS: usize = 100;

type Call = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A library without a token.
pub struct EmptyCache {
    exchanges: Arc<AtomicUsize>,
    call: Box<dyn Fn() -> Call>,
}

impl EmptyCache {
    /// One whose source counts what it is asked.
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

/// How to get into that state again and again.
pub struct Herd {
    /// Its line in the table.
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

/// What became of the callers.
#[derive(Clone, Copy, Debug)]
pub struct HerdOutcome {
    /// How often the source was asked.
    pub exchanges: usize,
    /// When the last of them had a token.
    pub after: Duration,
}

impl Herd {
    /// `empty_cache` is called within the runtime of the callers.
    pub fn new(name: &'static str, empty_cache: impl Fn() -> Result<EmptyCache> + 'static) -> Self {
        Self {
            name,
            empty_cache: Box::new(empty_cache),
        }
    }

    /// Lets all of them call at once, on one thread.
    ///
    /// # Errors
    /// When one of them gets no token.
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
