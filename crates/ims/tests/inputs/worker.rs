//! A thread that reads inputs, so that a reader that hangs or panics is noticed.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::readers::Finding;

/// The time for one input. All readers together need milliseconds; the machine may be slow and busy.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

type Read = dyn Fn(&[u8]) -> Vec<Finding> + Send + Sync;

/// A thread that reads inputs one by one.
pub(crate) struct Worker {
    read: Arc<Read>,
    deadline: Duration,
    inputs: Sender<Vec<u8>>,
    findings: Receiver<Vec<Finding>>,
}

impl Worker {
    pub(crate) fn new(
        read: impl Fn(&[u8]) -> Vec<Finding> + Send + Sync + 'static,
        deadline: Duration,
    ) -> Self {
        let read: Arc<Read> = Arc::new(read);
        let (inputs, findings) = start(Arc::clone(&read));
        Self {
            read,
            deadline,
            inputs,
            findings,
        }
    }

    /// Reads an input on the thread, and returns what went wrong.
    pub(crate) fn read(&mut self, input: Vec<u8>) -> Vec<Finding> {
        self.inputs.send(input).unwrap();
        if let Ok(findings) = self.findings.recv_timeout(self.deadline) {
            return findings;
        }
        // The old thread is still at it.
        (self.inputs, self.findings) = start(Arc::clone(&self.read));
        vec![Finding {
            reader: "hang",
            text: format!("no end after {:?}", self.deadline),
        }]
    }
}

fn start(read: Arc<Read>) -> (Sender<Vec<u8>>, Receiver<Vec<Finding>>) {
    let (inputs, to_read) = channel::<Vec<u8>>();
    let (found, findings) = channel();
    thread::spawn(move || {
        for input in to_read {
            let result = catch_unwind(AssertUnwindSafe(|| read(&input)));
            let result = result.unwrap_or_else(|panic| vec![of_panic(&*panic)]);
            if found.send(result).is_err() {
                return;
            }
        }
    });
    (inputs, findings)
}

fn of_panic(panic: &(dyn Any + Send)) -> Finding {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Finding {
        reader: "panic",
        text: text.unwrap_or_default(),
    }
}
