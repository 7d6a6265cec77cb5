//! The open connections, up to a limit.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::sync::Notify;

/// The activity of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No byte of a request has arrived since the start or the last response.
    Idle,
    /// A part of a request head has arrived.
    Head,
    /// The server reads a body or computes a response.
    Busy,
    /// A fault keeps the connection open without a response.
    Silent,
}

/// A phase, and the number of its start among all changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) phase: Phase,
    pub(crate) since: u64,
}

/// The open connections of a server.
pub(crate) struct Connections {
    limit: usize,
    open: Mutex<Open>,
    /// Wakes those who wait for a place: a connection ended or became idle.
    changed: Notify,
}

#[derive(Default)]
struct Open {
    by_id: BTreeMap<u64, Connection>,
    changes: u64,
}

struct Connection {
    activity: Activity,
    /// The server wants to close the connection in favour of a new one.
    is_to_close: bool,
    /// Wakes the task of the connection.
    waker: Option<Waker>,
}

impl Connections {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            open: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Waits for a place for a new connection. At the limit the connection is closed for it in which
    /// nothing has begun for the longest time. If all are busy, the new one waits.
    ///
    /// A connection with a part of a head counts by the time of its first byte. If the server closed
    /// all idle ones first, then unfinished heads could keep out a client that has just connected.
    pub(crate) async fn admit(self: &Arc<Self>) -> Place {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(place) = self.try_admit() {
                return place;
            }
            changed.await;
        }
    }

    fn try_admit(self: &Arc<Self>) -> Option<Place> {
        let mut open = self.lock();
        if open.by_id.len() >= self.limit {
            open.close_oldest();
            return None;
        }
        let activity = open.next(Phase::Idle);
        let id = activity.since;
        let connection = Connection {
            activity,
            is_to_close: false,
            waker: None,
        };
        open.by_id.insert(id, connection);
        drop(open);
        let connections = Arc::clone(self);
        Some(Place { connections, id })
    }

    /// Closes the connection in which nothing has begun for the longest time, unless it is busy.
    pub(crate) fn close_oldest(&self) {
        self.lock().close_oldest();
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn next(&mut self, phase: Phase) -> Activity {
        self.changes += 1;
        let since = self.changes;
        Activity { phase, since }
    }

    /// Closes the oldest connection that is not busy, unless one is being closed.
    fn close_oldest(&mut self) {
        let connections = || self.by_id.values();
        if connections().any(|connection| connection.is_to_close) {
            return;
        }
        let connections = self.by_id.values_mut();
        let oldest = connections
            .filter(|connection| connection.activity.phase != Phase::Busy)
            .min_by_key(|connection| connection.activity.since);
        if let Some(connection) = oldest {
            connection.is_to_close = true;
            if let Some(waker) = connection.waker.take() {
                waker.wake();
            }
        }
    }
}

/// The place of one connection. Dropping it makes room for another.
pub(crate) struct Place {
    connections: Arc<Connections>,
    id: u64,
}

impl Place {
    pub(crate) fn activity(&self) -> Option<Activity> {
        let open = self.connections.lock();
        Some(open.by_id.get(&self.id)?.activity)
    }

    /// Notes what the connection does from now on.
    pub(crate) fn enter(&self, phase: Phase) {
        let mut open = self.connections.lock();
        let activity = open.next(phase);
        if let Some(connection) = open.by_id.get_mut(&self.id) {
            connection.activity = activity;
        }
        drop(open);
        if phase == Phase::Idle {
            self.connections.changed.notify_waiters();
        }
    }

    /// Completes when the connection is to close, and is not busy. A connection that became busy in
    /// the meantime stays, and another one is chosen.
    pub(crate) fn poll_close(&self, context: &Context<'_>) -> Poll<()> {
        let mut open = self.connections.lock();
        let Some(connection) = open.by_id.get_mut(&self.id) else {
            return Poll::Ready(());
        };
        if connection.is_to_close && connection.activity.phase != Phase::Busy {
            return Poll::Ready(());
        }
        let stays = std::mem::take(&mut connection.is_to_close);
        match &mut connection.waker {
            Some(waker) => waker.clone_from(context.waker()),
            None => connection.waker = Some(context.waker().clone()),
        }
        drop(open);
        if stays {
            self.connections.changed.notify_waiters();
        }
        Poll::Pending
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().by_id.remove(&self.id);
        self.connections.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;

    use super::*;

    fn is_ready<T>(future: impl Future<Output = T>) -> Option<T> {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(future).poll(&mut context) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    fn is_to_close(place: &Place) -> bool {
        let context = Context::from_waker(Waker::noop());
        place.poll_close(&context).is_ready()
    }

    fn full<const N: usize>(connections: &Arc<Connections>) -> [Place; N] {
        std::array::from_fn(|_| is_ready(connections.admit()).expect("there is room"))
    }

    #[test]
    fn connection_that_was_idle_longest_is_closed_for_a_new_one() {
        let connections = Arc::new(Connections::new(3));
        let [first, second, third] = full(&connections);
        assert!(![&first, &second, &third].into_iter().any(is_to_close));
        first.enter(Phase::Busy);
        first.enter(Phase::Idle);
        let mut context = Context::from_waker(Waker::noop());
        let mut new = pin!(connections.admit());
        assert!(new.as_mut().poll(&mut context).is_pending());
        assert_eq!(
            [&first, &second, &third].map(is_to_close),
            [false, true, false]
        );
        drop(second);
        let Poll::Ready(new) = new.as_mut().poll(&mut context) else {
            panic!("there is room");
        };
        assert!(![&first, &third, &new].into_iter().any(is_to_close));
    }

    #[test]
    fn connection_with_part_of_a_head_is_closed_by_its_age() {
        let connections = Arc::new(Connections::new(3));
        let [first, second, third] = full(&connections);
        first.enter(Phase::Head);
        connections.close_oldest();
        assert_eq!(
            [&first, &second, &third].map(is_to_close),
            [false, true, false]
        );
        drop(second);
        let [second] = full(&connections);
        third.enter(Phase::Busy);
        connections.close_oldest();
        assert_eq!(
            [&first, &second, &third].map(is_to_close),
            [true, false, false]
        );
    }

    #[test]
    fn busy_connection_is_never_closed() {
        let connections = Arc::new(Connections::new(2));
        let [first, second] = full(&connections);
        first.enter(Phase::Busy);
        second.enter(Phase::Busy);
        let mut context = Context::from_waker(Waker::noop());
        let mut new = pin!(connections.admit());
        assert!(new.as_mut().poll(&mut context).is_pending());
        assert_eq!([&first, &second].map(is_to_close), [false, false]);
        // The new one gets a place as soon as one is idle.
        second.enter(Phase::Idle);
        assert!(new.as_mut().poll(&mut context).is_pending());
        assert_eq!([&first, &second].map(is_to_close), [false, true]);
        drop(second);
        assert!(new.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn connection_that_becomes_busy_stays_and_another_is_closed() {
        let connections = Arc::new(Connections::new(2));
        let [first, second] = full(&connections);
        let mut context = Context::from_waker(Waker::noop());
        let mut new = pin!(connections.admit());
        assert!(new.as_mut().poll(&mut context).is_pending());
        first.enter(Phase::Busy);
        assert_eq!([&first, &second].map(is_to_close), [false, false]);
        assert!(new.as_mut().poll(&mut context).is_pending());
        assert_eq!([&first, &second].map(is_to_close), [false, true]);
        first.enter(Phase::Idle);
        assert!(!is_to_close(&first));
    }
}
