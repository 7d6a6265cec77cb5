//! Signals: those that end a command in good order, and those that are forwarded to a child.

use std::io;

/// The signals that ask the command to end.
#[cfg(unix)]
pub(crate) struct ShutdownSignals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl ShutdownSignals {
    /// Starts to listen. It must be called within a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    pub(crate) async fn received(self) {
        let [mut terminate, mut interrupt, mut hang_up] = self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

/// Other systems have Ctrl-C only.
#[cfg(not(unix))]
pub(crate) struct ShutdownSignals;

#[cfg(not(unix))]
impl ShutdownSignals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn received(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// The signals to forward to a child.
#[cfg(unix)]
pub(crate) struct SignalForwarder(Vec<(rustix::process::Signal, tokio::signal::unix::Signal)>);

#[cfg(unix)]
impl SignalForwarder {
    /// Starts to listen. It must be called within a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        use rustix::process::Signal;
        use tokio::signal::unix::{SignalKind, signal};
        [
            Signal::TERM,
            Signal::INT,
            Signal::HUP,
            Signal::QUIT,
            Signal::USR1,
            Signal::USR2,
        ]
        .into_iter()
        .map(|it| Ok((it, signal(SignalKind::from_raw(it.as_raw()))?)))
        .collect::<io::Result<_>>()
        .map(Self)
    }

    pub(crate) async fn next(&mut self) -> ReceivedSignal {
        use std::task::Poll;
        std::future::poll_fn(|context| {
            let received = self.0.iter_mut().find_map(|(signal, stream)| {
                matches!(stream.poll_recv(context), Poll::Ready(Some(()))).then_some(*signal)
            });
            received.map_or(Poll::Pending, |signal| Poll::Ready(ReceivedSignal(signal)))
        })
        .await
    }
}

/// A signal that was received.
#[cfg(unix)]
pub(crate) struct ReceivedSignal(rustix::process::Signal);

#[cfg(unix)]
impl ReceivedSignal {
    /// Sends the signal to a child that has not been waited for.
    pub(crate) fn forward(self, child: Option<u32>) {
        use rustix::process::{Pid, kill_process};
        let child = child.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(child) = child.filter(|_| !self.is_from_our_terminal()) {
            // A child that has ended needs no signal.
            let _ = kill_process(child, self.0);
        }
    }

    /// Returns true if the signal was typed. The terminal sends it to the child, too: forwarded, one Ctrl-C would
    /// count as two.
    fn is_from_our_terminal(&self) -> bool {
        use rustix::process::{Signal, getpgrp};
        use rustix::termios::tcgetpgrp;
        [Signal::INT, Signal::QUIT].contains(&self.0)
            && std::fs::File::open("/dev/tty")
                .is_ok_and(|terminal| tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp()))
    }
}

/// Ctrl-C reaches the child by itself; this process must not end by it.
#[cfg(not(unix))]
pub(crate) struct SignalForwarder;

#[cfg(not(unix))]
impl SignalForwarder {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) -> ReceivedSignal {
        let _ = tokio::signal::ctrl_c().await;
        ReceivedSignal
    }
}

#[cfg(not(unix))]
pub(crate) struct ReceivedSignal;

#[cfg(not(unix))]
impl ReceivedSignal {
    pub(crate) fn forward(self, _child: Option<u32>) {}
}
