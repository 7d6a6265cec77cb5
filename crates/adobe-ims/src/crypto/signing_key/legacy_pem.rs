//! PEM blocks that OpenSSL encrypted with its old scheme (`Proc-Type: 4,ENCRYPTED`).

#[cfg(feature = "legacy-key-encryption")]
use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
#[cfg(feature = "legacy-key-encryption")]
use md5::{Digest, Md5};
use zeroize::Zeroizing;

use super::encrypted::DecryptError;
use crate::util::secret::Secret;

/// The header of a PEM block with legacy encryption, and the base64 after it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LegacyEncryption<'a> {
    pub(crate) cipher: &'a str,
    pub(crate) iv: Vec<u8>,
    pub(crate) body: &'a str,
}

impl<'a> LegacyEncryption<'a> {
    /// Finds `DEK-Info: CIPHER,IV` in a block. The lines may be joined, because the cipher decides the length of the
    /// IV.
    pub(crate) fn find(body: &'a str) -> Option<Self> {
        let (_, info) = body.split_once("DEK-Info:")?;
        let (cipher, rest) = info.trim_start().split_once(',')?;
        let rest = rest.trim_start();
        let digits = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_hexdigit())
                .len();
        let length = if cipher.starts_with("DES-") { 16 } else { 32 };
        let (iv, body) = rest.split_at_checked(digits.min(length))?;
        let iv = (0..iv.len() / 2)
            .map(|at| u8::from_str_radix(&iv[2 * at..2 * at + 2], 16))
            .collect::<Result<Vec<u8>, _>>()
            .ok()?;
        Some(Self {
            cipher: cipher.trim(),
            iv,
            body,
        })
    }

    /// Returns the cipher, if it has the form of a name of OpenSSL. In a damaged block anything may be in its place.
    pub(crate) fn method(&self) -> &'a str {
        let is_of_a_name =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = self.cipher.len() <= 20
            && self.cipher.contains('-')
            && self.cipher.bytes().all(is_of_a_name);
        if is_name {
            self.cipher
        } else {
            "an unknown cipher"
        }
    }

    /// Decrypts the block. `encrypted` is its base64, decoded.
    #[cfg(not(feature = "legacy-key-encryption"))]
    pub(crate) fn decrypt(&self, _: &[u8], _: &Secret) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let reason = "which needs the feature legacy-key-encryption of adobe-ims";
        Err(DecryptError::Unsupported(format!(
            "{}, {reason}",
            self.method()
        )))
    }

    /// Decrypts the block. `encrypted` is its base64, decoded.
    #[cfg(feature = "legacy-key-encryption")]
    pub(crate) fn decrypt(
        &self,
        encrypted: &[u8],
        passphrase: &Secret,
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        match self.cipher {
            "AES-128-CBC" => {
                self.decrypt_with::<cbc::Decryptor<aes::Aes128>>(encrypted, passphrase)
            }
            "AES-192-CBC" => {
                self.decrypt_with::<cbc::Decryptor<aes::Aes192>>(encrypted, passphrase)
            }
            "AES-256-CBC" => {
                self.decrypt_with::<cbc::Decryptor<aes::Aes256>>(encrypted, passphrase)
            }
            "DES-EDE3-CBC" => {
                self.decrypt_with::<cbc::Decryptor<des::TdesEde3>>(encrypted, passphrase)
            }
            "DES-CBC" => self.decrypt_with::<cbc::Decryptor<des::Des>>(encrypted, passphrase),
            _ => Err(DecryptError::Unsupported(self.method().to_owned())),
        }
    }

    #[cfg(feature = "legacy-key-encryption")]
    fn decrypt_with<D: KeyIvInit + BlockModeDecrypt>(
        &self,
        encrypted: &[u8],
        passphrase: &Secret,
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let key = self.derive_key(D::key_size(), passphrase);
        let decryptor =
            D::new_from_slices(&key, &self.iv).map_err(|_| DecryptError::WrongPassphrase)?;
        let mut buffer = Zeroizing::new(encrypted.to_vec());
        let length = decryptor
            .decrypt_padded::<Pkcs7>(&mut buffer)
            .map_err(|_| DecryptError::WrongPassphrase)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }

    #[cfg(feature = "legacy-key-encryption")]
    /// OpenSSL's `EVP_BytesToKey` with MD5, one round, the IV's first eight bytes as salt.
    fn derive_key(&self, length: usize, passphrase: &Secret) -> Zeroizing<Vec<u8>> {
        let salt = &self.iv[..self.iv.len().min(8)];
        let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
        let mut last: Zeroizing<Vec<u8>> = Zeroizing::default();
        while key.len() < length {
            let mut hash = Md5::new();
            hash.update(&*last);
            hash.update(passphrase.expose().as_bytes());
            hash.update(salt);
            last = Zeroizing::new(hash.finalize().to_vec());
            key.extend_from_slice(&last);
        }
        key.truncate(length);
        key
    }
}
