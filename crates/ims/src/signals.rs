//! The signals that end a command in good order.

use std::io;

/// Listens from when it is made until one comes.
#[cfg(unix)]
pub(crate) struct End([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl End {
    /// Must be called within a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    pub(crate) async fn came(self) {
        let [mut terminate, mut interrupt, mut hang_up] = self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

/// Ctrl-C is all there is elsewhere.
#[cfg(not(unix))]
pub(crate) struct End;

#[cfg(not(unix))]
impl End {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn came(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
