//! Tokens in the cache.

use std::time::Duration;

use adobe_ims::Credentials;
use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::DocumentIndexEntry;
use adobe_ims::session::UserSession;

use super::acquired_token::{AcquiredToken, TokenOrigin};
use super::certificate::{stated_expiry, warn_about_expiry};
use super::document::CredentialDocument;
use crate::context::Context;
use crate::settings::{Lookup, TokenSettings};

/// A lookup in the cache, with the settings that say which token is usable.
#[derive(Clone, Copy)]
pub(super) struct CacheLookup<'a> {
    pub(super) cache: &'a FileStore,
    pub(super) settings: &'a TokenSettings,
    pub(super) context: &'a Context,
}

impl CacheLookup<'_> {
    /// Returns the cached token of a document that was used before.
    ///
    /// Most calls end here. No runtime, no HTTP client and no TLS are set up; neither the document nor the private
    /// key is parsed.
    pub(super) fn of_document(&self, document: &CredentialDocument) -> Option<AcquiredToken> {
        let url = self.settings.connection.url.as_deref().unwrap_or_default();
        let known = self.cache.indexed_document(&document.content, url)?;
        let found = self.of_key(&known.key)?;
        warn_about_expiry(known.certificate_expires_at, self.context);
        Some(found)
    }

    /// Remembers the key of a document, so that [`of_document`](Self::of_document) finds its token.
    pub(super) fn remember(&self, document: &CredentialDocument, credentials: &Credentials) {
        let url = self.settings.connection.url.as_deref().unwrap_or_default();
        if let Some(entry) = index_entry(credentials) {
            // A cache that cannot be written was reported when the token was stored.
            let _ = self.cache.index_document(&document.content, url, &entry);
        }
    }

    /// Returns the token that is stored under this key, if it is usable.
    pub(super) fn of_key(&self, key: &StoreKey) -> Option<AcquiredToken> {
        if self.settings.lookup == Lookup::Refresh {
            return None;
        }
        let stored = match self.cache.read(key) {
            Ok(entry) => entry.token?,
            Err(error) => {
                self.context.console.harmless_error(&error);
                return None;
            }
        };
        let now = self.context.now();
        let min_ttl = self.settings.min_ttl.unwrap_or_default();
        let is_usable = stored.is_fresh(key, now, min_ttl)
            || self.settings.lookup == Lookup::CacheOnly
                && stored.belongs_to(key)
                && stored.remaining(now) >= self.required_lifetime();
        if !is_usable {
            return None;
        }
        let console = &self.context.console;
        console.detail("the token is from the cache; IMS is not asked");
        let origin = TokenOrigin::Cache;
        Some(AcquiredToken::stored(key, stored.token, origin))
    }

    /// Returns the token of a sign-in that left no session. It cannot be refreshed, so it is used to its end.
    pub(super) fn without_session(&self, user: &UserSession) -> Option<AcquiredToken> {
        let key = user.store_key_without_session();
        let stored = self.cache.read(&key).ok()?.token?;
        let is_usable = self.settings.lookup != Lookup::Refresh
            && stored.remaining(self.context.now()) >= self.required_lifetime();
        if !is_usable {
            return None;
        }
        let console = &self.context.console;
        console.detail("the token of the sign-in is from the cache; IMS is not asked");
        let origin = TokenOrigin::Cache;
        Some(AcquiredToken::stored(&key, stored.token, origin))
    }

    fn required_lifetime(&self) -> Duration {
        let min_ttl = self.settings.min_ttl.unwrap_or_default();
        min_ttl.max(Duration::from_millis(1))
    }
}

/// Returns the entry of a document in the index of the cache; `None` if the document alone does not identify the
/// token: its key is in another file, or another sign-in may have changed it.
fn index_entry(credentials: &Credentials) -> Option<DocumentIndexEntry> {
    match credentials {
        Credentials::Service(it) if it.names_a_key_file() => None,
        Credentials::User(_) => None,
        _ => {
            let key = credentials.store_key(&KeyContext::default())?;
            Some(DocumentIndexEntry::new(key, stated_expiry(credentials)))
        }
    }
}
