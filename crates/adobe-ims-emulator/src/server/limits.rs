//! The limits for a client of the server.

use std::time::Duration;

/// The deadlines and the number of connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The time for a TLS handshake, and from the first byte of a request head to its last.
    pub(crate) head: Duration,
    /// The time for a request body.
    pub(crate) body: Duration,
    /// The number of connections. Many systems allow a process 1024 open files, some 256. An
    /// emulator may share its process with its clients, and then each connection is two files.
    pub(crate) connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            connections: 256,
        }
    }
}
