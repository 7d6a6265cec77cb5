use core::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::key::hex;
use crate::error::{Error, Problem, Result};
use crate::util::pem;

/// The first line of an encrypted file. A line break, the nonce and the ciphertext (AES-256-GCM) follow.
pub(crate) const TITLE: &str = "adobe-ims.sealed/1";

const NONCE_LENGTH: usize = 12;

/// A key that encrypts stored files (AES-256-GCM). A copy of the files is useless without it.
///
/// ```
/// use adobe_ims::cache::{EncryptionKey, FileStore};
///
/// // The output of `openssl rand -base64 32`.
/// let key = EncryptionKey::read(b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n")?;
/// let store = FileStore::new("/var/cache/my-service").encrypted(key);
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone)]
pub struct EncryptionKey {
    cipher: Aes256Gcm,
    id: String,
}

impl EncryptionKey {
    /// Reads the content of a key file: 32 random bytes, either raw, in base64 or in hexadecimal
    /// (`openssl rand -base64 32`).
    ///
    /// # Errors
    /// [`Problem::SealingKeyInvalid`] for any other content.
    pub fn read(content: &[u8]) -> Result<Self> {
        let key = Zeroizing::new(decode(content).ok_or_else(|| {
            let message =
                "the encryption key is not 32 bytes: give them in base64, in hexadecimal or raw";
            Error::new(Problem::SealingKeyInvalid, message)
        })?);
        let mut hash = Sha256::new();
        hash.update(b"adobe-ims sealing key");
        hash.update(*key);
        Ok(Self {
            cipher: Aes256Gcm::new((&*key).into()),
            id: hex(&hash.finalize()[..4]),
        })
    }

    /// Returns the short name of the key. It is part of the name of each file that the key encrypts.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Encrypts the content of the file of this name. The result does not decrypt under another name.
    pub(crate) fn encrypt(&self, name: &str, plaintext: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::fill(&mut nonce).map_err(|error| {
            let message = "the operating system gave no random bytes for the encryption";
            Error::new(Problem::StoreUnusable, message).with_source(error)
        })?;
        let ciphertext = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload(name, plaintext))
            .map_err(|_| Error::new(Problem::StoreUnusable, "the file cannot be encrypted"))?;
        Ok([TITLE.as_bytes(), b"\n", &nonce, &ciphertext].concat())
    }

    /// Decrypts the content of the file of this name. Returns `None` if the content was not encrypted with this
    /// key for this name.
    pub(crate) fn decrypt(&self, name: &str, content: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, ciphertext) = content
            .strip_prefix(TITLE.as_bytes())?
            .strip_prefix(b"\n")?
            .split_first_chunk::<NONCE_LENGTH>()?;
        let plaintext = self
            .cipher
            .decrypt(&Nonce::from(*nonce), payload(name, ciphertext))
            .ok()?;
        Some(Zeroizing::new(plaintext))
    }
}

fn payload<'a>(name: &'a str, msg: &'a [u8]) -> Payload<'a, 'a> {
    Payload {
        msg,
        aad: name.as_bytes(),
    }
}

fn decode(content: &[u8]) -> Option<[u8; 32]> {
    if let Ok(raw) = content.try_into() {
        return Some(raw);
    }
    let text = str::from_utf8(content).ok()?.trim();
    if text.len() == 64 && text.is_ascii() {
        let mut key = [0; 32];
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
        }
        return Some(key);
    }
    pem::base64(text).ok()?.as_slice().try_into().ok()
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_read_raw_in_base64_and_in_hexadecimal() {
        let encodings: [&[u8]; 3] = [
            &[0x41; 32],
            b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n",
            b"4141414141414141414141414141414141414141414141414141414141414141\n",
        ];
        let ids: Vec<String> = encodings
            .iter()
            .map(|content| EncryptionKey::read(content).unwrap().id)
            .collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        for wrong in [&b""[..], b"secret", &[0; 31], &[0; 33], &[b'g'; 64]] {
            let error = EncryptionKey::read(wrong).unwrap_err();
            assert_eq!(error.problem(), Problem::SealingKeyInvalid);
        }
    }

    #[test]
    fn content_decrypts_only_with_its_key_and_under_its_name() {
        let key = EncryptionKey::read(&[1; 32]).unwrap();
        let content = key.encrypt("name", b"a token").unwrap();
        assert!(!content.windows(7).any(|part| part == b"a token"));
        let plaintext = key.decrypt("name", &content).unwrap();
        assert_eq!(plaintext.as_slice(), b"a token");
        assert!(key.decrypt("other", &content).is_none());
        let other = EncryptionKey::read(&[2; 32]).unwrap();
        assert!(other.decrypt("name", &content).is_none());
        for at in 0..content.len() {
            let mut changed = content.clone();
            changed[at] ^= 1;
            assert!(key.decrypt("name", &changed).is_none(), "{at}");
            assert!(key.decrypt("name", &content[..at]).is_none(), "{at}");
        }
        assert_ne!(content, key.encrypt("name", b"a token").unwrap());
    }
}
