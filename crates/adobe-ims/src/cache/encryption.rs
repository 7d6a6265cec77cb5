use core::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::key::hex;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::pem;

/// Before the nonce and what is sealed (AES-256-GCM).
const MAGIC: &[u8] = b"adobe-ims.sealed/1\n";

const NONCE: usize = 12;

/// Seals what is stored, so that a copy of the files is worth nothing without this key.
#[derive(Clone)]
pub struct EncryptionKey {
    cipher: Aes256Gcm,
    id: String,
}

impl EncryptionKey {
    /// Reads the content of a key file: 32 random bytes, as they are, in base64 or in hexadecimal
    /// (`openssl rand -base64 32`).
    ///
    /// # Errors
    /// [`Problem::SealingKeyInvalid`] when it is something else.
    pub fn read(content: &[u8]) -> Result<Self> {
        let key = Zeroizing::new(bytes(content).ok_or_else(|| {
            let what =
                "the key of the token cache is not 32 bytes, in base64, hexadecimal or as they are";
            Error::new(Problem::SealingKeyInvalid, what)
        })?);
        let mut hash = Sha256::new();
        hash.update(b"adobe-ims sealing key");
        hash.update(*key);
        Ok(Self {
            cipher: Aes256Gcm::new((&*key).into()),
            id: hex(&hash.finalize()[..4]),
        })
    }

    /// Names the key, so that entries that were sealed by others are left alone.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// `name` belongs to it: an entry does not open in another one's place.
    pub(crate) fn seal(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let failed = |_| Error::new(Problem::StoreUnusable, "the token cannot be sealed");
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| {
            Error::new(
                Problem::StoreUnusable,
                "there is no randomness to seal with",
            )
            .with_source(error)
        })?;
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload(name, plain))
            .map_err(failed)?;
        Ok([MAGIC, &nonce, &sealed].concat())
    }

    pub(crate) fn open(&self, name: &str, content: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = content.strip_prefix(MAGIC)?.split_first_chunk::<NONCE>()?;
        let plain = self
            .cipher
            .decrypt(&Nonce::from(*nonce), payload(name, sealed))
            .ok()?;
        Some(Zeroizing::new(plain))
    }
}

fn payload<'a>(name: &'a str, msg: &'a [u8]) -> Payload<'a, 'a> {
    Payload {
        msg,
        aad: name.as_bytes(),
    }
}

fn bytes(content: &[u8]) -> Option<[u8; 32]> {
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
    fn a_key_is_read_in_three_spellings() {
        let spellings: [&[u8]; 3] = [
            &[0x41; 32],
            b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n",
            b"4141414141414141414141414141414141414141414141414141414141414141\n",
        ];
        let ids: Vec<String> = spellings
            .iter()
            .map(|text| EncryptionKey::read(text).unwrap().id)
            .collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        for wrong in [&b""[..], b"secret", &[0; 31], &[0; 33], &[b'g'; 64]] {
            let error = EncryptionKey::read(wrong).unwrap_err();
            assert_eq!(error.problem(), Problem::SealingKeyInvalid);
        }
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_in_its_place_only() {
        let key = EncryptionKey::read(&[1; 32]).unwrap();
        let sealed = key.seal("name", b"a token").unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"a token"));
        assert_eq!(key.open("name", &sealed).unwrap().as_slice(), b"a token");
        assert!(key.open("other", &sealed).is_none());
        let other = EncryptionKey::read(&[2; 32]).unwrap();
        assert!(other.open("name", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("name", &changed).is_none(), "{at}");
            assert!(key.open("name", &sealed[..at]).is_none(), "{at}");
        }
        assert_ne!(sealed, key.seal("name", b"a token").unwrap());
    }
}
