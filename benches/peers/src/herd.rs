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
pub struct Cold {
    exchanges: Arc<AtomicUsize>,
    call: Box<dyn Fn() -> Call>,
}

impl Cold {
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

impl fmt::Debug for Cold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cold").finish_non_exhaustive()
    }
}

/// How to get into that state again and again.
pub struct Herd {
    /// Its line in the table.
    pub name: &'static str,
    cold: Box<dyn Fn() -> Result<Cold>>,
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
pub struct Served {
    /// How often the source was asked.
    pub exchanges: usize,
    /// When the last of them had a token.
    pub after: Duration,
}

impl Herd {
    /// `cold` is called within the runtime of the callers.
    pub fn new(name: &'static str, cold: impl Fn() -> Result<Cold> + 'static) -> Self {
        Self {
            name,
            cold: Box::new(cold),
        }
    }

    /// Lets all of them call at once, on one thread.
    ///
    /// # Errors
    /// When one of them gets no token.
    pub fn run(&self) -> Result<Served> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let cold = (self.cold)()?;
            let before = cold.exchanges.load(Ordering::Relaxed);
            let start = Instant::now();
            let mut callers: JoinSet<Result<()>> = JoinSet::new();
            for _ in 0..CALLERS {
                callers.spawn((cold.call)());
            }
            while let Some(served) = callers.join_next().await {
                served??;
            }
            Ok(Served {
                after: start.elapsed(),
                exchanges: cold.exchanges.load(Ordering::Relaxed) - before,
            })
        })
    }
}
