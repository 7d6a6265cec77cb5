//! The thread that saves the state of an emulator.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::state::State;
use crate::state_file::StateFile;
use crate::state_file_error::StateFileError;

/// The time between two looks for changes. A process that is killed loses the changes of this time.
const INTERVAL: Duration = Duration::from_secs(1);

/// Saves the state after changes until it is dropped, and then once more.
pub(crate) struct Saver {
    file: Arc<StateFile>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Saver {
    pub(crate) fn start(state: Arc<State>, file: StateFile) -> io::Result<Self> {
        let file = Arc::new(file);
        let (stop, stopped) = channel::<()>();
        let of_thread = Arc::clone(&file);
        let thread = std::thread::Builder::new()
            .name("ims-emulator-state".to_owned())
            .spawn(move || {
                loop {
                    let waited = stopped.recv_timeout(INTERVAL);
                    // A change that could not be saved is tried again: the disk may have room then.
                    let _ = of_thread.save(&state);
                    if waited != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                }
            })?;
        Ok(Self {
            file,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(crate) fn save(&self, state: &State) -> Result<(), StateFileError> {
        self.file.save(state)
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}
