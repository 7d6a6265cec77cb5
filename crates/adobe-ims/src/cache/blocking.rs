//! Operations that block, on threads that may block.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

/// The number of operations that run at the same time. A file system that hangs holds so many threads of the runtime,
/// and no more.
const MAX_OPERATIONS: usize = 8;

/// A gate for the blocking operations on one directory. Clones are the same gate.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_OPERATIONS)))
    }
}

impl Gate {
    /// Runs an operation on a thread for blocking operations of the tokio runtime, or directly if there is none. An
    /// operation that has begun ends even if this future is dropped; its result is then dropped too.
    ///
    /// # Errors
    /// The error of a runtime that was shut down, and of an operation that panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let Ok(runtime) = Handle::try_current() else {
            return Ok(operation());
        };
        // Nobody closes the semaphore.
        let permit = Arc::clone(&self.0).acquire_owned().await.ok();
        let task = runtime.spawn_blocking(move || {
            let _permit = permit;
            operation()
        });
        task.await
    }
}

#[cfg(test)]
mod tests {
    use core::task::{Context, Poll, Waker};
    use std::pin::pin;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn operation_that_hangs_does_not_stop_the_runtime() {
        let (release, hanging) = mpsc::channel();
        let (gate, other) = (Gate::default(), Gate::default());
        let operation = gate.run(move || hanging.recv().unwrap());
        let released = async {
            assert_eq!(other.run(|| 1).await.unwrap(), 1);
            release.send(2).unwrap();
        };
        let (operation, ()) = tokio::join!(operation, released);
        assert_eq!(operation.unwrap(), 2);
    }

    #[test]
    fn operation_outside_of_a_runtime_runs_directly() {
        let gate = Gate::default();
        let operation = pin!(gate.run(|| thread::current().id()));
        let polled = operation.poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Ok(id)) = polled else {
            panic!("it did not run");
        };
        assert_eq!(id, thread::current().id());
    }

    #[tokio::test]
    async fn operations_that_hang_hold_a_bounded_number_of_threads() {
        let gate = Gate::default();
        let mut releases = Vec::new();
        for _ in 0..MAX_OPERATIONS {
            let (release, hanging) = mpsc::channel::<()>();
            let (began, begun) = tokio::sync::oneshot::channel();
            let gate = gate.clone();
            let operation = async move {
                let operation = move || {
                    began.send(()).unwrap();
                    hanging.recv()
                };
                gate.run(operation).await
            };
            releases.push((release, tokio::spawn(operation)));
            begun.await.unwrap();
        }
        let mut next = pin!(gate.run(|| 1));
        let polled = next.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        // Callers that gave up make no room: their operations still hang.
        releases.iter().for_each(|(_, caller)| caller.abort());
        tokio::task::yield_now().await;
        assert_eq!(gate.0.available_permits(), 0);
        let (release, _) = releases.remove(0);
        release.send(()).unwrap();
        assert_eq!(next.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn operation_that_panics_is_an_error() {
        let gate = Gate::default();
        let operation = gate.run(|| -> u32 { panic!("as tested") });
        assert!(operation.await.unwrap_err().is_panic());
        assert_eq!(gate.run(|| 1).await.unwrap(), 1);
    }
}
