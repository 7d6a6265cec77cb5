//! Reports of what a token provider does.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adobe_ims::provider::Event;

use super::acquired_token::TokenOrigin;
use super::client;
use crate::console::Console;

/// Prints the events of one request for a token, as far as the user asked for them.
#[derive(Clone)]
pub(super) struct EventReporter {
    console: Console,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// True if another process stored a usable token meanwhile.
    is_from_cache: bool,
    /// The failure of a refresh, which does no harm while the old token is valid.
    failure: Option<String>,
}

impl EventReporter {
    pub(super) fn new(console: Console) -> Self {
        Self {
            console,
            state: Arc::default(),
        }
    }

    pub(super) fn report(&self, event: &Event<'_>) {
        match event {
            Event::Fetched(fetched) => client::report_answer(
                fetched.server.as_ref(),
                fetched.raw_expires_in.as_deref(),
                &self.console,
            ),
            Event::LoadedFromStore(_) => {
                self.state().is_from_cache = true;
                self.console.detail("the token is taken from the cache");
            }
            Event::Warning(notice) => self.console.notice(&notice.to_string()),
            Event::Failed(error) => self.state().failure = Some(error.to_string()),
            Event::Retrying(error) => self.console.detail(&format!("trying again: {error}")),
            Event::Store(error) => self.console.harmless_error(error),
            Event::SecretsChanged => self.console.notice(
                "the token in the cache is not used: it was requested with another secret or key",
            ),
            _ => {}
        }
    }

    /// Returns the origin of the token that the provider returned.
    pub(super) fn token_origin(&self) -> TokenOrigin {
        let state = self.state();
        if let Some(failure) = &state.failure {
            self.console.notice(&format!(
                "the token is from the cache and still valid, but could not be refreshed: {failure}"
            ));
        }
        if state.is_from_cache || state.failure.is_some() {
            TokenOrigin::Cache
        } else {
            TokenOrigin::Ims
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
