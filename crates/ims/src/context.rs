//! The surroundings that every command works in: environment, clock, console and runtime.

use std::cell::OnceCell;
use std::time::SystemTime;

use adobe_ims::{Clock, SystemClock};
use tokio::runtime::{Builder, Runtime};

use crate::console::colour::{ColourWish, Palette};
use crate::console::{Console, Stream};
use crate::environment::Variables;
use crate::error::Failure;
use crate::signal_guard::leave_signals_to_others;

/// Made once in `main` and passed down. Nothing else reads the environment or the clock.
pub(crate) struct Context {
    pub(crate) variables: Variables,
    pub(crate) console: Console,
    clock: Box<dyn Clock>,
    runtime: OnceCell<Runtime>,
}

impl Context {
    pub(crate) fn new(console: Console) -> Self {
        Self {
            variables: Variables,
            console,
            clock: Box::new(SystemClock),
            runtime: OnceCell::new(),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Decides about the colours of a stream.
    pub(crate) fn palette(&self, stream: Stream) -> Palette {
        let variable = |name: &str| {
            let value = self.variables.os(name)?;
            Some(value.to_string_lossy().into_owned())
        };
        Palette::of(stream, ColourWish::read(variable))
    }

    /// Returns the runtime of the process. It is made at the first use: a cached token needs none.
    pub(crate) fn runtime(&self) -> Result<&Runtime, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = Builder::new_current_thread()
            .enable_all()
            .on_thread_start(leave_signals_to_others)
            .build()
            .map_err(|error| Failure::unexpected(format!("no runtime: {error}")))?;
        Ok(self.runtime.get_or_init(|| runtime))
    }

    /// Waits for work that uses the network.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        Ok(self.runtime()?.block_on(work))
    }
}
