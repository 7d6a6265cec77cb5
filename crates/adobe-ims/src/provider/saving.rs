//! The tokens that are on their way to the stores.

use std::sync::Arc;

use super::shared::Shared;

/// A refresh that may still save something. It ends with the refresh, also if the runtime of the refresh is shut down.
pub(super) struct PendingSave(Arc<Shared>);

impl PendingSave {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        shared.pending_saves.send_modify(|count| *count += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for PendingSave {
    fn drop(&mut self) {
        self.0.pending_saves.send_modify(|count| *count -= 1);
    }
}
