//! The document index: the store key of each credential document that was read before.

use std::time::SystemTime;

use blake2::digest::consts::U16;
use blake2::{Blake2s, Digest};
use zeroize::Zeroizing;

use super::file_name;
use super::format::{parse_scopes, write_key};
use super::key::hex;
use super::lines::{Lines, Writer};
use super::{Grant, StoreKey};

type Blake2s128 = Blake2s<U16>;

pub(super) const TITLE: &str = "adobe-ims.known-document/1";

/// A reader of another version may read a document differently, so the version is part of the file name.
const READER: &str = concat!("adobe-ims ", env!("CARGO_PKG_VERSION"));

/// The facts about a credential document that the fast path of a program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentIndexEntry {
    /// The key under which the store keeps the document's token.
    pub key: StoreKey,
    /// The expiry of the document's certificate, if the document holds one.
    pub certificate_expires_at: Option<SystemTime>,
}

impl DocumentIndexEntry {
    /// Creates the entry of a document.
    pub fn new(key: StoreKey, certificate_expires_at: Option<SystemTime>) -> Self {
        Self {
            key,
            certificate_expires_at,
        }
    }

    pub(crate) fn write(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Writer::new(TITLE, []);
        write_key(&mut text, &self.key);
        text.line("id", self.key.id());
        text.line("fingerprint", self.key.fingerprint());
        if let Some(expiry) = self.certificate_expires_at {
            text.time("certificate_expires_at", expiry);
        }
        text.finish()
    }

    /// Parses an entry. Returns `None` if the content is not an entry of this version, or if its id is no id: the id
    /// becomes part of a path.
    pub(crate) fn parse(content: &[u8]) -> Option<Self> {
        let lines = Lines::parse(content, TITLE)?;
        let get = |name| lines.get(name).map(str::to_owned);
        Some(Self {
            key: StoreKey {
                environment: get("environment")?,
                client_id: get("client_id")?,
                grant: Grant::parse(lines.get("grant")?)?,
                scopes: parse_scopes(lines.get("scopes")?),
                subject: get("subject")?,
                id: get("id").filter(|id| file_name::is_id(id))?,
                fingerprint: get("fingerprint")?,
            },
            certificate_expires_at: lines.time("certificate_expires_at"),
        })
    }
}

/// Returns the file name of a document's entry. The name depends on the document and on the URL that replaces
/// the document's own.
///
/// The hash is BLAKE2s: SHA-256 first queries the features of the processor, which in a virtual machine takes
/// longer than the whole hash.
pub(crate) fn file_name(document: &[u8], url: &str) -> String {
    file_name_for(READER, document, url)
}

fn file_name_for(reader: &str, document: &[u8], url: &str) -> String {
    let mut hash = Blake2s128::new();
    for part in [reader, url] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(document);
    [&hex(&hash.finalize()), ".", file_name::INDEX].concat()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::environment::Environment;
    use crate::util::secret::Secret;

    fn entry(certificate_expires_at: Option<SystemTime>) -> DocumentIndexEntry {
        let key = StoreKey::new(
            &Environment::production(),
            "client!+ID",
            Grant::Jwt,
            &["ent_x".to_owned()],
            "account@techacct.adobe.com",
            &[&Secret::new("SECRET?%&=ü")],
        );
        DocumentIndexEntry::new(key, certificate_expires_at)
    }

    #[test]
    fn file_name_depends_on_version_url_and_document() {
        assert_eq!(READER, format!("adobe-ims {}", env!("CARGO_PKG_VERSION")));
        // The name of version 0.1.0, from Python's hashlib.blake2s(…, digest_size=16).
        let name = "f78352ca57f776e43e202f9207c37ff2.known";
        assert_eq!(file_name_for("adobe-ims 0.1.0", b"{}", "https://x"), name);
        for other in [
            file_name_for("adobe-ims 0.1.1", b"{}", "https://x"),
            file_name_for("adobe-ims 0.1.0", b"{ }", "https://x"),
            file_name_for("adobe-ims 0.1.0", b"{}", "https://y"),
            file_name_for("adobe-ims 0.1.0", b"x{}", "https://"),
        ] {
            assert_ne!(other, name);
        }
        assert_eq!(file_name(b"{}", ""), file_name_for(READER, b"{}", ""));
    }

    #[test]
    fn entry_of_another_version_is_rejected() {
        let text = entry(None).write().unwrap();
        let text = str::from_utf8(&text).unwrap();
        assert!(text.starts_with("adobe-ims.known-document/1\nenvironment: https://"));
        assert!(DocumentIndexEntry::parse(text.as_bytes()).is_some());
        let newer = text.replacen("document/1", "document/2", 1);
        assert!(DocumentIndexEntry::parse(newer.as_bytes()).is_none());
    }

    #[test]
    fn entry_that_names_a_path_instead_of_an_id_is_rejected() {
        let entry = entry(None);
        let text = entry.write().unwrap();
        let text = str::from_utf8(&text).unwrap();
        let id = entry.key.id();
        for other in [
            "",
            "../../x",
            "/etc/passwd",
            &id[1..],
            &format!("../{id}"),
            &format!("{id}/../x"),
        ] {
            let damaged = text.replace(&format!("id: {id}"), &format!("id: {other}"));
            assert_ne!(damaged, text);
            assert!(
                DocumentIndexEntry::parse(damaged.as_bytes()).is_none(),
                "{other}"
            );
        }
    }

    proptest! {
        #[test]
        fn entry_survives_writing_and_parsing(millis in proptest::option::of(0u64..1 << 45)) {
            let expiry = millis.map(|millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
            let entry = entry(expiry);
            let text = entry.write().unwrap();
            prop_assert_eq!(DocumentIndexEntry::parse(&text), Some(entry));
        }

        #[test]
        fn damaged_entry_does_not_panic(at: prop::sample::Index, byte: u8) {
            let mut text = entry(Some(SystemTime::UNIX_EPOCH)).write().unwrap().to_vec();
            let at = at.index(text.len());
            text[at] = byte;
            // A damaged entry that still parses, and has no carriage return, survives another round.
            if let Some(damaged) = DocumentIndexEntry::parse(&text)
                && let Some(written) = damaged.write()
            {
                prop_assert_eq!(DocumentIndexEntry::parse(&written), Some(damaged));
            }
        }
    }
}
