//! Keeps the connections of each tokio runtime apart.

use core::future::ready;
use std::net::{Ipv4Addr, UdpSocket};
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

use super::clients::Clients;
use super::connection::WatchingConnector;
use crate::error::{Error, Problem, Result};

/// The number of runtimes whose connections are kept.
const MAX_RUNTIMES: usize = 16;

/// The clients of one transport on each runtime. Clones share them.
///
/// A task of the runtime that opened a connection reads from it and writes to it. On another runtime that connection
/// would stand still with the first one.
#[derive(Clone)]
pub(super) struct RuntimeClients {
    connector: WatchingConnector,
    patience: Duration,
    /// The runtime that was used last is at the end.
    runtimes: Arc<Mutex<Vec<RuntimeEntry>>>,
}

struct RuntimeEntry {
    id: Id,
    /// A task of the runtime holds the receiver. It ends with the runtime or with this sender.
    end: oneshot::Sender<()>,
    /// The clients, or what the runtime lacks for them.
    clients: Result<Clients, &'static str>,
}

impl RuntimeClients {
    pub(super) fn new(connector: WatchingConnector, patience: Duration) -> Self {
        Self {
            connector,
            patience,
            runtimes: Arc::default(),
        }
    }

    /// Returns the clients of the runtime on which the caller runs.
    ///
    /// # Errors
    /// [`Problem::RuntimeUnsuitable`] outside of a runtime, and on one that lacks I/O or timers.
    pub(super) fn current(&self) -> Result<Clients> {
        let clients = match Handle::try_current() {
            Ok(runtime) => self.on(&runtime),
            Err(_) => Err("the request was sent outside of a tokio runtime"),
        };
        clients.map_err(|message| Error::new(Problem::RuntimeUnsuitable, message))
    }

    fn on(&self, runtime: &Handle) -> Result<Clients, &'static str> {
        let mut runtimes = self.runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        runtimes.retain(|entry| !entry.end.is_closed());
        let known = runtimes.iter().position(|entry| entry.id == runtime.id());
        let entry = match known {
            Some(index) => runtimes.remove(index),
            None => RuntimeEntry::new(runtime, || Clients::new(&self.connector, self.patience)),
        };
        if runtimes.len() == MAX_RUNTIMES {
            runtimes.remove(0);
        }
        let clients = entry.clients.clone();
        runtimes.push(entry);
        clients
    }
}

impl RuntimeEntry {
    fn new(runtime: &Handle, clients: impl FnOnce() -> Clients) -> Self {
        let (end, ended) = oneshot::channel();
        runtime.spawn(ended);
        Self {
            id: runtime.id(),
            end,
            clients: check_drivers(runtime).map(|()| clients()),
        }
    }
}

/// Checks that a runtime has timers and I/O. Its handle does not tell: to use what is missing panics.
fn check_drivers(runtime: &Handle) -> Result<(), &'static str> {
    let _guard = runtime.enter();
    if panic::catch_unwind(|| drop(tokio::time::timeout(Duration::ZERO, ready(())))).is_err() {
        return Err("this tokio runtime has no timers: it was built without `enable_time`");
    }
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
    let Ok(socket) = socket.and_then(|socket| socket.set_nonblocking(true).map(|()| socket)) else {
        return Ok(());
    };
    if panic::catch_unwind(|| drop(tokio::net::UdpSocket::from_std(socket))).is_err() {
        return Err("this tokio runtime has no I/O: it was built without `enable_io`");
    }
    Ok(())
}
