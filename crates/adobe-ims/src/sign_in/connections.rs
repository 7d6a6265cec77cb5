//! Bounds the connections of the listener. At the limit the oldest idle connection makes room for a new one.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::Poll;
use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

/// Browsers open a few connections more than they need.
pub(super) const MAX_CONNECTIONS: usize = 64;

/// The time that each connection has. A browser on this machine sends its request at once.
const GRACE: Duration = Duration::from_millis(250);

/// The time that a connection takes to end after it was told to.
const END: Duration = Duration::from_millis(50);

/// The open connections.
#[derive(Default)]
pub(super) struct Connections {
    tasks: JoinSet<()>,
    /// The connections in the order of their start. One whose sender is dropped ends when it is idle.
    idle_signals: VecDeque<(Instant, oneshot::Sender<()>)>,
}

/// The connection's end of the table: it tells when an idle connection has to make room.
pub(super) struct MakeRoom(oneshot::Receiver<()>);

impl Connections {
    /// Starts a connection. At the limit this waits until another one has ended.
    pub(super) async fn start<W>(&mut self, connection: impl FnOnce(MakeRoom) -> W)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        self.make_room().await;
        let (sender, receiver) = oneshot::channel();
        self.idle_signals.push_back((Instant::now(), sender));
        self.tasks.spawn(connection(MakeRoom(receiver)));
    }

    async fn make_room(&mut self) {
        loop {
            while self.tasks.try_join_next().is_some() {}
            self.idle_signals.retain(|(_, it)| !it.is_closed());
            if self.tasks.len() < MAX_CONNECTIONS {
                return;
            }
            let Some((started, _)) = self.idle_signals.front() else {
                // Each of them was told to end, and sends its page.
                self.tasks.join_next().await;
                continue;
            };
            let ended = timeout_at(*started + GRACE, self.tasks.join_next()).await;
            if ended.is_err() {
                self.idle_signals.pop_front();
                let _ = timeout(END, self.tasks.join_next()).await;
            }
        }
    }
}

impl MakeRoom {
    /// Returns the output of the work, or `None` if the connection has to make room before the work is done.
    pub(super) async fn or_end<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut signal = Pin::new(&mut self.0);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => signal.as_mut().poll(context).map(|_| None),
        })
        .await
    }
}
