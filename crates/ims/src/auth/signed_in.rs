//! The access tokens of sign-ins in the token cache.

use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::provider::{Event, TokenOptions};
use adobe_ims::session::UserSession;
use adobe_ims::source::{FetchedToken, TokenSource};
use adobe_ims::{AccessToken, BoxFuture, Result, TokenProvider};

use crate::console::Console;

/// Stores the access token of a sign-in, and returns true if that succeeded. A failure causes a note.
pub(crate) fn store_token(
    token: &AccessToken,
    key: &StoreKey,
    store: &FileStore,
    console: &Console,
) -> bool {
    let source = SingleTokenSource {
        token: token.clone(),
        key: key.clone(),
    };
    let events = console.clone();
    let provider = TokenProvider::builder(source)
        .store(store.clone())
        .on_event(move |event| {
            if let Event::Store(error) = event {
                events.notice(&error.to_string());
            }
        })
        .build()
        .blocking();
    let stored = provider.token_for(&TokenOptions::default().force_refresh());
    provider.saved();
    if let Err(error) = &stored {
        console.notice(&format!("the access token is not cached: {error}"));
    }
    stored.is_ok() && store.read(key).is_ok_and(|entry| entry.token.is_some())
}

/// Deletes the tokens of sign-ins with this name, and returns their number. A failure causes a note.
pub(crate) fn forget(user: &UserSession, store: &FileStore, console: &Console) -> usize {
    user.forget_tokens(store).unwrap_or_else(|error| {
        console.notice(&format!("a token may still be in the cache: {error}"));
        0
    })
}

/// A source of the one token that a sign-in brought.
struct SingleTokenSource {
    token: AccessToken,
    key: StoreKey,
}

impl TokenSource for SingleTokenSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(async { Result::Ok(FetchedToken::new(self.token.clone())) })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}
