use super::shared::Shared;
use crate::api::Warning;
use crate::error::Error;
use crate::source::FetchedToken;
use crate::token::AccessToken;

/// What happens in a provider that somebody may want to log. Nothing in it is secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A new token was minted.
    Fetched(&'a FetchedToken),
    /// A token was taken over from the store.
    LoadedFromStore(&'a AccessToken),
    /// Something about a new token is odd.
    Warning(&'a Warning),
    /// A refresh failed. Callers may not notice, as long as there is a token.
    Failed(&'a Error),
    /// One attempt of a refresh failed; another is made.
    Retrying(&'a Error),
    /// The store could not be used, or set a file aside.
    Store(&'a Error),
    /// The stored token was got with another secret or key than those of today, so it is not used.
    SecretsChanged,
}

pub(super) type Listener = dyn Fn(&Event<'_>) + Send + Sync;

impl Shared {
    pub(super) fn emit(&self, event: &Event<'_>) {
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }
}
