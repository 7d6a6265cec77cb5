//! Keeps the connections of each tokio runtime apart.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

use super::clients::Clients;
use super::connection::WatchingConnector;

/// The number of runtimes whose connections are kept.
const MAX_RUNTIMES: usize = 16;

/// The clients of one transport on each runtime. Clones share them.
///
/// A task of the runtime that opened a connection reads from it and writes to it. On another runtime that connection
/// would stand still with the first one.
#[derive(Clone)]
pub(super) struct RuntimeClients {
    connector: WatchingConnector,
    /// The runtime that was used last is at the end.
    runtimes: Arc<Mutex<Vec<RuntimeEntry>>>,
}

struct RuntimeEntry {
    id: Id,
    /// A task of the runtime holds the receiver. It ends with the runtime or with this sender.
    end: oneshot::Sender<()>,
    clients: Clients,
}

impl RuntimeClients {
    pub(super) fn new(connector: WatchingConnector) -> Self {
        Self {
            connector,
            runtimes: Arc::default(),
        }
    }

    /// Returns the clients of a runtime.
    pub(super) fn on(&self, runtime: &Handle) -> Clients {
        let mut runtimes = self.runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        runtimes.retain(|entry| !entry.end.is_closed());
        let known = runtimes.iter().position(|entry| entry.id == runtime.id());
        let entry = match known {
            Some(index) => runtimes.remove(index),
            None => RuntimeEntry::new(runtime, &self.connector),
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
    fn new(runtime: &Handle, connector: &WatchingConnector) -> Self {
        let (end, ended) = oneshot::channel();
        runtime.spawn(ended);
        Self {
            id: runtime.id(),
            end,
            clients: Clients::new(connector),
        }
    }
}
