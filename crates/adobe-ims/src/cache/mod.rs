//! Where tokens rest, so that another program or process need not ask for them again.
//!
//! A [`TokenProvider`](crate::provider::TokenProvider) works without a store: then its token lives and ends with
//! it. [`MemoryStore`] shares tokens between the providers of one program, [`FileStore`] between the
//! processes of one user. Anything else that can keep a few kilobytes is a [`TokenStore`].
//!
//! A store is never the reason for a failure: what cannot be read is asked for again, what cannot be
//! written is used all the same, and both are reported.
//!
//! [`SessionStore`](crate::session::SessionStore) is another matter: it keeps what a person's sign-in left, which cannot be asked for again.

pub(crate) mod key;
mod credential_keys;
mod entry;
mod memory;
#[cfg(feature = "file-store")]
pub(crate) mod document_index;
#[cfg(feature = "file-store")]
mod encryption;
#[cfg(feature = "file-store")]
mod file;
#[cfg(feature = "file-store")]
pub(crate) mod folder;
#[cfg(feature = "file-store")]
mod format;
#[cfg(feature = "file-store")]
pub(crate) mod lines;
#[cfg(feature = "file-store")]
pub(crate) mod secure_dir;

use core::fmt;

use crate::error::Result;
use crate::util::future::BoxFuture;

#[cfg(feature = "file-store")]
pub use encryption::EncryptionKey;
pub use entry::{StoreEntry, StoredFailure, StoredToken};
#[cfg(feature = "file-store")]
pub use file::{EntryMetadata, FileStore, StoredFile};
pub use key::{Grant, StoreKey};
pub use memory::MemoryStore;

/// Keeps one [`StoreEntry`] per [`StoreKey`].
///
/// A refresh goes: [`lease`](Self::lease), [`load`](Self::load), ask IMS unless somebody else already
/// has, [`save`](Self::save), give the lease back. Two that ask at once are harmless; the lease is
/// there so that two hundred do not.
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// What is stored; the empty entry when nothing is.
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>>;

    /// Replaces what is stored, as a whole or not at all.
    fn save<'a>(&'a self, key: &'a StoreKey, entry: &'a StoreEntry) -> BoxFuture<'a, Result<()>>;

    /// Forgets what is stored.
    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>>;

    /// Claims the right to refresh, without waiting: `None` when somebody else has it. A store whose
    /// users do not know of each other always gives it.
    fn lease<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<Lease>>>;
}

/// The right to refresh; it is given back when this is dropped.
pub struct Lease(#[expect(dead_code, reason = "held for what its drop does")] Box<dyn Send + Sync>);

impl Lease {
    /// Gives back whatever `guard` holds when it is dropped.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self(Box::new(guard))
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease")
    }
}
