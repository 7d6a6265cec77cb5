//! Processes that share a folder, on a virtual clock.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use adobe_ims::cache::{FileStore, TokenStore};
use adobe_ims::provider::Event;
use adobe_ims::{AccessToken, TokenProvider};
use tempfile::TempDir;

use crate::virtual_time::{Source, VirtualClock};

pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) source: Source,
    pub(crate) folder: TempDir,
    pub(crate) events: Arc<Mutex<Vec<String>>>,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = VirtualClock::new();
        Self {
            source: Source::new(&clock),
            clock,
            folder: tempfile::tempdir().unwrap(),
            events: Arc::default(),
        }
    }

    /// Returns the folder that the program names.
    pub(crate) fn named(&self) -> PathBuf {
        self.folder.path().join("deeper/tokens")
    }

    /// Returns the folder of the store in it.
    pub(crate) fn path(&self) -> PathBuf {
        self.named().join("adobe-ims")
    }

    pub(crate) fn files(&self) -> FileStore {
        FileStore::new(self.named())
    }

    /// Creates a provider as another process would: it shares only the store.
    pub(crate) fn process(&self) -> TokenProvider {
        self.with(self.source.clone(), self.files())
    }

    pub(crate) fn with(&self, source: Source, store: impl TokenStore) -> TokenProvider {
        let events = Arc::clone(&self.events);
        TokenProvider::builder(source)
            .store(store)
            .runtime(tokio::runtime::Handle::current())
            .clock(self.clock.clone())
            .seed(7)
            .on_event(move |event| events.lock().unwrap().push(describe(event)))
            .build()
    }

    pub(crate) fn entry(&self) -> PathBuf {
        self.path()
            .join(format!("{}.token", self.source.key().id()))
    }

    pub(crate) fn events(&self) -> Vec<String> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }
}

pub(crate) fn describe(event: &Event<'_>) -> String {
    match event {
        Event::Fetched(_) => "fetched".to_owned(),
        Event::LoadedFromStore(_) => "loaded".to_owned(),
        Event::Failed(error) => format!("failed: {}", error.problem()),
        Event::Retrying(error) => format!("retrying: {}", error.problem()),
        Event::Store(error) => format!("store: {}", error.problem()),
        Event::SecretsChanged => "secrets changed".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn shown(token: &AccessToken) -> &str {
    token.as_secret().expose()
}

/// Returns the token of a provider, once the store has it too.
pub(crate) async fn token(provider: &TokenProvider) -> String {
    let token = provider.token().await.unwrap();
    provider.saved().await;
    shown(&token).to_owned()
}
