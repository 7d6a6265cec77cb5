//! Stores, which share tokens between providers and processes.
//!
//! | Store | Shares tokens between |
//! |---|---|
//! | none | the callers of one [`TokenProvider`](crate::provider::TokenProvider) |
//! | [`MemoryStore`] | the providers of one program |
//! | `FileStore` (feature `file-store`) | the processes of one user |
//! | your own [`TokenStore`] | whatever your store connects |
//!
//! A failing store does not fail a token request. If the provider cannot read an entry, it requests a new token. If
//! it cannot write one, it uses the token without storing it. It reports both as
//! [`Event::Store`](crate::provider::Event::Store).
//!
//! The refresh token of a person is not in a token store, because nobody can request it again. See
//! `SessionStore` in the module `session`.
//!
//! ```
//! use adobe_ims::cache::{Grant, MemoryStore, StoreKey, TokenStore};
//! use adobe_ims::{Environment, Secret};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> adobe_ims::Result<()> {
//! let secret = Secret::new("s8e-example");
//! let environment = Environment::production();
//! let key = StoreKey::new(&environment, "client", Grant::ClientCredentials, &[], "", &[&secret]);
//! let store = MemoryStore::new();
//! assert!(store.load(&key).await?.token.is_none());
//! # Ok(())
//! # }
//! ```

pub(crate) mod key;
mod claim;
mod throttle;
mod entry;
mod credential_keys;
mod memory;
#[cfg(feature = "file-store")]
pub(crate) mod lines;
#[cfg(feature = "file-store")]
mod blocking;
#[cfg(feature = "file-store")]
pub(crate) mod format;
#[cfg(feature = "file-store")]
pub(crate) mod file_name;
#[cfg(feature = "file-store")]
pub(crate) mod document_index;
#[cfg(feature = "file-store")]
mod folder;
#[cfg(feature = "file-store")]
mod encryption;
#[cfg(feature = "file-store")]
pub(crate) mod secure_dir;
#[cfg(feature = "file-store")]
mod file;

use core::fmt;

use crate::error::Result;
use crate::util::future::BoxFuture;

pub use claim::{Claim, Lease, Saved};
#[cfg(feature = "file-store")]
pub use encryption::EncryptionKey;
pub use entry::{StoreEntry, StoredFailure, StoredToken};
#[cfg(feature = "file-store")]
pub use file::{EntryMetadata, FileStore, StoredFile};
pub use key::{Grant, StoreKey};
pub use memory::MemoryStore;
pub use throttle::StoredThrottle;

/// A store of one [`StoreEntry`] per [`StoreKey`].
///
/// A refresh has these steps:
///
/// 1. [`claim`](Self::claim): claim the right to refresh.
/// 2. [`load`](Self::load): read the entry. If it has a fresh token, use that.
/// 3. Request a token from the source, and [`renew`](Self::renew) the lease meanwhile.
/// 4. [`save`](Self::save): replace the entry.
/// 5. [`release`](Self::release): give the lease back.
///
/// Two refreshes at the same time are harmless. The lease prevents that hundreds of processes refresh at the same
/// time.
///
/// An operation fails if the store cannot be reached or used. The provider then works without the store.
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// Reads the entry of a key. Returns the empty entry if nothing is stored.
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>>;

    /// Claims the right to refresh a key, without waiting. A store without coordination always grants it.
    fn claim<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Claim>>;

    /// Replaces the entry of a key, as a whole or not at all. A store that already has a later entry, by the fence
    /// of the lease or by the expiry of the token, keeps that one and returns it. `lease` is `None` if the caller
    /// fetched the token without a lease.
    fn save<'a>(
        &'a self,
        key: &'a StoreKey,
        entry: &'a StoreEntry,
        lease: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>>;

    /// Deletes the entry of a key.
    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>>;

    /// Extends a lease while the request runs. The default does nothing.
    fn renew<'a>(&'a self, key: &'a StoreKey, lease: &'a Lease) -> BoxFuture<'a, Result<()>> {
        let _ = (key, lease);
        Box::pin(async { Ok(()) })
    }

    /// Gives a lease back. The default drops it.
    fn release<'a>(&'a self, key: &'a StoreKey, lease: Lease) -> BoxFuture<'a, Result<()>> {
        let _ = key;
        drop(lease);
        Box::pin(async { Ok(()) })
    }
}
