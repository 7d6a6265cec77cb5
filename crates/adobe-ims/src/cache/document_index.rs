//! Documents that were read before: which token one of them asks for, without reading it again.

use std::time::SystemTime;

use blake2::digest::consts::U16;
use blake2::{Blake2s, Digest};
use zeroize::Zeroizing;

use super::format::{scopes, write_key};
use super::key::hex;
use super::lines::{Lines, Writer};
use super::{Grant, StoreKey};

type Blake2s128 = Blake2s<U16>;

const TITLE: &str = "adobe-ims.known-document/1";

/// What was found out about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentIndexEntry {
    /// Under which name its token is stored.
    pub key: StoreKey,
    /// When its certificate expires, if the document says so.
    pub certificate_expires_at: Option<SystemTime>,
}

impl DocumentIndexEntry {
    /// What is to be remembered.
    pub fn new(key: StoreKey, certificate_expires_at: Option<SystemTime>) -> Self {
        Self {
            key,
            certificate_expires_at,
        }
    }

    pub(crate) fn write(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Writer::new(TITLE, 4 * 1024);
        write_key(&mut text, &self.key);
        text.line("id", self.key.id());
        text.line("fingerprint", self.key.fingerprint());
        if let Some(end) = self.certificate_expires_at {
            text.time("certificate_expires_at", end);
        }
        text.end()
    }

    pub(crate) fn read(content: &[u8]) -> Option<Self> {
        let lines = Lines::read(content, TITLE)?;
        let get = |name| lines.get(name).map(str::to_owned);
        Some(Self {
            key: StoreKey {
                environment: get("environment")?,
                client_id: get("client_id")?,
                grant: Grant::parse(lines.get("grant")?)?,
                scopes: scopes(lines.get("scopes")?),
                subject: get("subject")?,
                id: get("id")?,
                fingerprint: get("fingerprint")?,
            },
            certificate_expires_at: lines.time("certificate_expires_at"),
        })
    }
}

/// Names a document by its content and by where it was told to ask. Another version of this program may
/// read a document otherwise.
///
/// BLAKE2s, because SHA-256 begins by asking the processor what it can, which takes a virtual machine
/// longer than all of the hash.
pub(crate) fn name(document: &[u8], url: &str) -> String {
    let mut hash = Blake2s128::new();
    for part in [concat!("adobe-ims ", env!("CARGO_PKG_VERSION")), url] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(document);
    hex(&hash.finalize()) + ".known"
}
