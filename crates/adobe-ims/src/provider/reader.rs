use core::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::lookup::Lookup;
use super::options::TokenOptions;
use super::snapshot::Snapshot;
use super::token_provider::TokenProvider;
use crate::error::Result;
use crate::token::AccessToken;

/// A reader of the current token for one thread or task. It touches no memory that other threads write.
///
/// A clone is a new reader of the same provider.
///
/// ```no_run
/// use adobe_ims::TokenProvider;
/// # fn example(provider: &TokenProvider, headers: &mut adobe_ims::http::HeaderMap) {
/// let mut reader = provider.reader();
/// if !reader.authorize(headers) {
///     // There is no valid token yet: wait for one.
/// }
/// # }
/// ```
pub struct TokenReader {
    provider: TokenProvider,
    generation: u64,
    current: Option<Current>,
}

struct Current {
    snapshot: Arc<Snapshot>,
    /// A copy for this reader alone. Two cores that share a reference count spend most of a read on it.
    token: Arc<AccessToken>,
}

impl TokenProvider {
    /// Creates a reader for one thread or task. It is the fastest way to the current token.
    pub fn reader(&self) -> TokenReader {
        TokenReader::new(self.clone())
    }
}

impl TokenReader {
    fn new(provider: TokenProvider) -> Self {
        Self {
            provider,
            generation: u64::MAX,
            current: None,
        }
    }

    /// Returns the provider.
    pub fn provider(&self) -> &TokenProvider {
        &self.provider
    }

    /// Returns the current token, if there is a valid one. Starts a refresh that is due, the first one too, and does
    /// not wait for it.
    #[inline]
    pub fn token(&mut self) -> Option<&AccessToken> {
        Some(&self.read()?.token)
    }

    /// Returns the current token as an `Arc` that only this reader shares.
    pub(crate) fn shared_token(&mut self) -> Option<Arc<AccessToken>> {
        Some(Arc::clone(&self.read()?.token))
    }

    /// Sets the `Authorization` header of a request. Without a valid token it removes the header and returns
    /// false.
    #[inline]
    pub fn authorize(&mut self, headers: &mut HeaderMap) -> bool {
        match self.read() {
            Some(current) => {
                headers.insert(
                    AUTHORIZATION,
                    current.token.headers().authorization().clone(),
                );
                true
            }
            None => {
                headers.remove(AUTHORIZATION);
                false
            }
        }
    }

    /// Returns a valid token, and waits for one if necessary.
    ///
    /// # Errors
    /// The errors of [`TokenProvider::token`].
    pub async fn wait(&mut self) -> Result<Arc<AccessToken>> {
        match self.shared_token() {
            Some(token) => Ok(token),
            None => self.provider.token().await,
        }
    }

    #[inline]
    fn read(&mut self) -> Option<&Current> {
        let shared = &self.provider.0;
        let is_current = self.generation == shared.generation.load(Ordering::Acquire);
        let is_fresh = is_current
            && self
                .current
                .as_ref()
                .is_some_and(|current| current.snapshot.is_fresh(&shared.clock));
        if is_fresh {
            self.current.as_ref()
        } else {
            self.reload()
        }
    }

    #[cold]
    fn reload(&mut self) -> Option<&Current> {
        // A refresh may end between the load of the token and the lookup: then the second round has its token.
        for _ in 0..2 {
            self.load();
            let shared = &self.provider.0;
            if let Some(current) = &self.current
                && current.snapshot.is_fresh(&shared.clock)
            {
                return self.current.as_ref();
            }
            // The token is absent, due for a refresh or expired.
            let Ok(Lookup::Ready(token)) = shared.lookup(&TokenOptions::default()) else {
                return None;
            };
            let is_current = |current: &Current| Arc::ptr_eq(&current.snapshot.token, &token);
            if self.current.as_ref().is_some_and(is_current) {
                return self.current.as_ref();
            }
        }
        None
    }

    /// Loads the published token, if it is another one than the reader has.
    fn load(&mut self) {
        let shared = &self.provider.0;
        // Loaded before the token: if a newer token comes between the two loads, the next read reloads.
        let generation = shared.generation.load(Ordering::Acquire);
        if generation != self.generation {
            self.generation = generation;
            self.current = shared.published.load_full().map(|snapshot| Current {
                token: Arc::new(snapshot.token.unshared()),
                snapshot,
            });
        }
    }
}

impl Clone for TokenReader {
    fn clone(&self) -> Self {
        Self::new(self.provider.clone())
    }
}

impl fmt::Debug for TokenReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReader")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::provider::TokenProvider;
    use crate::source::StaticTokenSource;
    use crate::token::AccessToken;

    #[tokio::test]
    async fn shared_token_is_the_current_one() {
        let token = AccessToken::new("token".into()).unwrap();
        let provider = TokenProvider::new(StaticTokenSource::new(token));
        let mut reader = provider.reader();
        let current = provider.token().await.unwrap();
        let shared = reader.shared_token().unwrap();
        assert_eq!(shared.as_secret().expose(), current.as_secret().expose());
    }
}
