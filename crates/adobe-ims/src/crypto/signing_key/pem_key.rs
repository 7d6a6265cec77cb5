//! Private keys in PEM.

use zeroize::Zeroizing;

use super::der_key::{decryption_failed, from_decrypted, from_der, is_complete};
use super::description::KeyWrapping;
use super::legacy_pem::LegacyEncryption;
use super::not_a_key;
use super::reading::Reading;
use crate::error::{Error, Problem, Result};
use crate::util::pem;

/// The beginning of a key that OpenSSH has stored.
const OPENSSH: &[u8] = b"openssh-key-v1\0";

/// Less is not known to be a piece of a key. A key of 2048 bits has four times as many bytes.
const SHORTEST_PIECE: usize = 256;

/// Returns the PKCS#1 DER of the key in a PEM text.
pub(super) fn from_pem(text: &str, reading: &mut Reading<'_, '_>) -> Result<Zeroizing<Vec<u8>>> {
    let blocks = pem::blocks(text);
    let block = choose(&blocks).ok_or_else(|| {
        Error::new(
            Problem::KeyNotAKey,
            "the private key has a BEGIN line without an end",
        )
    })?;
    if let Some(error) = not_a_key::by_label(block.label) {
        return Err(error);
    }
    reading.description.wrapped(KeyWrapping::Pem);
    reading.description.look_at_block(block);
    match LegacyEncryption::find(block.body) {
        Some(encryption) => {
            let encrypted = decode(encryption.body)?;
            decrypt(block, &encryption, &encrypted, reading)
        }
        None => {
            let der = decode(block.body)?;
            if !block.ended && !is_complete(&der) {
                return Err(Error::new(
                    Problem::KeyTruncated,
                    "the private key has no END line and stops in the middle",
                ));
            }
            if der.starts_with(OPENSSH) {
                return Err(not_a_key::found_instead(
                    Problem::KeyIsSsh,
                    "an SSH private key",
                ));
            }
            if begins_in_the_middle(&der) {
                return Err(Error::new(
                    Problem::KeyTruncated,
                    "the private key does not begin as keys do: its first lines are missing or changed",
                ));
            }
            from_der(&der, reading)
        }
    }
}

/// Returns true for bytes that are as many as those of a key, but are no DER. In a block of a private key the lines
/// after BEGIN were lost, or the headers of an encrypted one.
fn begins_in_the_middle(der: &[u8]) -> bool {
    der.len() >= SHORTEST_PIECE && der[0] != 0x30
}

/// Chooses the block of an RSA private key, else of another private key, else the first block.
fn choose<'a>(blocks: &'a [pem::Block<'a>]) -> Option<&'a pem::Block<'a>> {
    let is_private_key = |block: &&pem::Block<'_>| block.label.ends_with("PRIVATE KEY");
    let is_other_kind = |block: &pem::Block<'_>| {
        ["EC ", "DSA ", "OPENSSH "]
            .iter()
            .any(|kind| block.label.starts_with(kind))
    };
    let mut private_keys = blocks.iter().filter(is_private_key);
    let rsa = private_keys.clone().find(|block| !is_other_kind(block));
    rsa.or_else(|| private_keys.next()).or(blocks.first())
}

fn decode(base64: &str) -> Result<Zeroizing<Vec<u8>>> {
    let bytes = pem::base64(base64).map_err(|character| {
        let message = match character {
            None => "the private key's base64 is damaged".to_owned(),
            Some(c) => format!(
                "the private key holds {c:?}, which is not base64: it looks shortened or edited"
            ),
        };
        Error::new(Problem::KeyNotAKey, message)
    })?;
    if bytes.is_empty() {
        return Err(Error::new(
            Problem::KeyTruncated,
            "there is nothing between the BEGIN and END lines of the private key",
        ));
    }
    Ok(bytes)
}

fn decrypt(
    block: &pem::Block<'_>,
    encryption: &LegacyEncryption<'_>,
    encrypted: &[u8],
    reading: &mut Reading<'_, '_>,
) -> Result<Zeroizing<Vec<u8>>> {
    if !block.ended || !encrypted.len().is_multiple_of(encryption.iv.len().max(1)) {
        return Err(Error::new(
            Problem::KeyTruncated,
            "the encrypted private key is cut off",
        ));
    }
    let passphrase = reading.passphrase(encryption.method())?;
    let decrypted = encryption
        .decrypt(encrypted, passphrase)
        .map_err(decryption_failed)?;
    from_decrypted(&decrypted, reading)
}
