//! Signals that must not end the process while it waits for the next refresh token.
//!
//! The signals are blocked, not handled: so one that the process ignores (under `nohup`) stays ignored, and one that
//! ends it ends it in the usual way, with the usual status.

#[cfg(unix)]
pub(crate) use unix::{SignalGuard, leave_signals_to_others};

#[cfg(unix)]
mod unix {
    use std::pin::Pin;
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::task::{Context, Waker};
    use std::thread;

    use nix::sys::signal::{SigSet, SigmaskHow, Signal, raise};

    use crate::console::Console;

    /// The signals by which people and supervisors end a process. SIGQUIT and SIGKILL end it at once.
    const SIGNALS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

    type Ready = Pin<Box<dyn Future<Output = Box<dyn Send>>>>;

    /// The state for the thread that waits for signals. One thread serves all guards of the process.
    static WATCH: Mutex<Watch> = Mutex::new(Watch {
        is_watched: false,
        guarded: None,
        received: None,
    });

    struct Watch {
        /// The thread has started.
        is_watched: bool,
        /// The work of the guard that lives.
        guarded: Option<Guarded>,
        /// The signal that came while it lived.
        received: Option<Signal>,
    }

    struct Guarded {
        console: Console,
        ready: Box<dyn Fn() -> Ready + Send>,
    }

    /// While it lives, SIGINT, SIGTERM and SIGHUP end the process only when the work is done.
    pub(crate) struct SignalGuard {
        mask: Option<SigSet>,
    }

    impl SignalGuard {
        /// Starts to hold signals back. A signal ends the process as soon as the future of `ready` has ended.
        ///
        /// Threads that start from now on inherit the blocked signals. Those that run already must have called
        /// [`leave_signals_to_others`].
        pub(crate) fn new<G: Send + 'static, F: Future<Output = G> + 'static>(
            console: &Console,
            ready: impl Fn() -> F + Send + 'static,
        ) -> Self {
            let mask = signals().thread_swap_mask(SigmaskHow::SIG_BLOCK).ok();
            let mut watch = lock();
            watch.received = None;
            watch.guarded = Some(Guarded {
                console: console.clone(),
                ready: Box::new(move || {
                    let ready = ready();
                    Box::pin(async move { Box::new(ready.await) as Box<dyn Send> })
                }),
            });
            if !watch.is_watched {
                let thread = thread::Builder::new().name("signals".to_owned());
                // Without the thread a signal waits until the guard is dropped.
                watch.is_watched = thread.spawn(watch_signals).is_ok();
            }
            Self { mask }
        }
    }

    impl Drop for SignalGuard {
        /// Ends the process if a signal came.
        fn drop(&mut self) {
            let mut watch = lock();
            watch.guarded = None;
            let received = watch.received.take();
            drop(watch);
            if let Some(mask) = &self.mask {
                let _ = mask.thread_set_mask();
            }
            if let Some(signal) = received {
                let _ = raise(signal);
            }
        }
    }

    /// Makes the calling thread one that receives none of the signals.
    pub(crate) fn leave_signals_to_others() {
        let _ = signals().thread_block();
    }

    fn signals() -> SigSet {
        SIGNALS.into_iter().collect()
    }

    fn lock() -> MutexGuard<'static, Watch> {
        WATCH.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Receives the signals that are blocked everywhere, and ends the process by each when the work is done.
    fn watch_signals() {
        let signals = signals();
        while let Ok(signal) = signals.wait() {
            let mut watch = lock();
            let guarded = watch.guarded.as_ref();
            let waiting = guarded.map(|guarded| ((guarded.ready)(), guarded.console.clone()));
            watch.received = waiting.is_some().then_some(signal);
            drop(watch);
            let _done = waiting.map(|(ready, console)| wait(ready, signal, &console));
            // The default action ends the process here. Other actions return, and the work goes on.
            let _ = signals.thread_unblock();
            let _ = raise(signal);
            let _ = signals.thread_block();
            lock().received = None;
        }
    }

    fn wait(mut ready: Ready, signal: Signal, console: &Console) -> Option<Box<dyn Send>> {
        let polled = ready.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let std::task::Poll::Ready(done) = polled {
            return Some(done);
        }
        console.notice(&format!(
            "{signal} ends this process when IMS has answered: the answer holds the next refresh token, without which you must sign in again"
        ));
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Some(runtime.ok()?.block_on(ready))
    }
}

/// On other systems Ctrl-C ends the process at once.
#[cfg(not(unix))]
pub(crate) struct SignalGuard;

#[cfg(not(unix))]
impl SignalGuard {
    pub(crate) fn new<G, F: Future<Output = G>>(
        _: &crate::console::Console,
        _: impl Fn() -> F,
    ) -> Self {
        Self
    }
}

#[cfg(not(unix))]
pub(crate) fn leave_signals_to_others() {}
