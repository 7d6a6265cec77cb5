use core::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::shared::ApiResponse;
use super::single_flight::Executor;
use super::snapshot::Snapshot;
use super::{TokenOptions, TokenProvider};
use crate::error::Result;
use crate::token::AccessToken;

/// Reads the current token for one thread or task, without touching memory that others write.
///
/// A clone is another reader of the same provider.
pub struct TokenReader {
    provider: TokenProvider,
    generation: u64,
    current: Option<Current>,
}

struct Current {
    snapshot: Arc<Snapshot>,
    /// The reader's own copy: the reference counts of one that is shared cost more than all the rest
    /// as soon as two cores use it.
    token: Arc<AccessToken>,
}

impl TokenReader {
    pub(super) fn new(provider: TokenProvider) -> Self {
        Self {
            provider,
            generation: u64::MAX,
            current: None,
        }
    }

    /// The provider that it reads.
    pub fn provider(&self) -> &TokenProvider {
        &self.provider
    }

    /// The current token, if there is one that can be handed out; a refresh that is due is started and
    /// not waited for.
    #[inline]
    pub fn token(&mut self) -> Option<&AccessToken> {
        Some(&self.read()?.token)
    }

    /// The same, to keep; whoever keeps it shares it with this reader alone.
    pub(crate) fn held(&mut self) -> Option<Arc<AccessToken>> {
        Some(Arc::clone(&self.read()?.token))
    }

    /// Sets the `Authorization` header of a request, and replaces what it had there. Returns whether there
    /// is a token; if not, the header is removed.
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

    /// A valid token, waiting for one if need be.
    ///
    /// # Errors
    /// As for [`TokenProvider::token`].
    pub async fn wait(&mut self) -> Result<Arc<AccessToken>> {
        match self.held() {
            Some(token) => Ok(token),
            None => self.provider.token().await,
        }
    }

    #[inline]
    fn read(&mut self) -> Option<&Current> {
        let shared = &self.provider.0;
        let known = self.generation == shared.generation.load(Ordering::Acquire);
        let is_fresh = known
            && self
                .current
                .as_ref()
                .is_some_and(|current| current.snapshot.is_fresh(&shared.clock));
        match is_fresh {
            true => self.current.as_ref(),
            false => self.look_again(),
        }
    }

    #[cold]
    fn look_again(&mut self) -> Option<&Current> {
        let shared = &self.provider.0;
        // Before the token: a newer one that comes between makes the next read look again.
        let generation = shared.generation.load(Ordering::Acquire);
        if generation != self.generation {
            self.generation = generation;
            self.current = shared.published.load_full().map(|snapshot| Current {
                token: Arc::new(snapshot.token.unshared()),
                snapshot,
            });
        }
        let current = self.current.as_ref()?;
        if current.snapshot.is_fresh(&shared.clock) {
            return Some(current);
        }
        // It is due, or over.
        match shared.ask(&TokenOptions::default(), Executor::Runtime) {
            Ok(ApiResponse::Token(_)) => Some(current),
            Ok(ApiResponse::Wait(_)) | Err(_) => None,
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
